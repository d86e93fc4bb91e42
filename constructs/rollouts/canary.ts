import type { Workload } from '../app-spec';
import type { ContentManifest } from '../contents';
import { ROLLOUT } from '../defaults';
import { appLabels } from '../labels';
import { progressDeadline } from '../workload/progress-deadline';
import { type Exposure, NOT_FOR_CLIENTS } from '../workload/route';
import { METRIC_TEMPLATES } from './metric-templates';
import type { Shifting } from './strategy';

/** Name of the compartment that Flagger and its questions lie in. */
export const ROLLOUTS = 'rollouts';

/**
 * Flagger would take down whatever serves together with it, and nothing would be left: whoever delivers must never remove it
 * because a tree no longer holds it.
 */
const NEVER_PRUNED = {
  'kustomize.toolkit.fluxcd.io/prune': 'disabled',
  'argocd.argoproj.io/sync-options': 'Prune=false',
} as const;

/**
 * Has Flagger move an app's requests from version to version. It makes the app's Services and route of this, and a second
 * Deployment, `<app>-primary`, that serves; the app's own stands at zero except while a new version takes over. So there
 * must be no Service and no route of ours beside it, and its Deployment must name no replicas.
 *
 * Says nothing of retries or of how connections are kept: with the Gateway API Flagger passes that over.
 * @see https://docs.flagger.app/tutorials/gatewayapi-progressive-delivery
 */
export function canary(
  app: Workload,
  port: number,
  strategy: Shifting,
  exposure: Exposure,
  namespace: string,
): ContentManifest {
  const labels = appLabels(app.name, namespace);
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: app.name, namespace, labels, annotations: NEVER_PRUNED },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: app.name },
      ...progressDeadline(app),
      autoscalerRef: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: app.name },
      service: {
        port: app.servicePort ?? port,
        targetPort: app.protocol,
        portName: app.protocol,
        appProtocol: app.protocol,
        hosts: [exposure.hostname],
        gatewayRefs: [exposure.parent],
        // Without one Flagger's route would have none, and would be refused for that.
        timeout: `${app.timeout}s`,
        headers: { request: { remove: NOT_FOR_CLIENTS } },
        apex: { labels },
        primary: { labels },
        canary: { labels },
      },
      analysis: {
        interval: ROLLOUT.interval,
        threshold: ROLLOUT.threshold,
        ...paceOf(app, strategy),
        metrics: metricsOf(app),
      },
    },
  };
}

function paceOf({ name, sticky }: Workload, strategy: Shifting): object {
  if (strategy === 'blueGreen') return ROLLOUT.blueGreen;
  if (strategy !== 'canary') return { ...ROLLOUT.ab, match: [{ headers: matchOf(strategy) }] };
  if (!sticky) return ROLLOUT.canary;
  return { ...ROLLOUT.canary, sessionAffinity: { cookieName: `${name}-version`, maxAge: ROLLOUT.stickySeconds } };
}

/**
 * Whose requests the new version gets. Exact or by pattern and never by anything else: what Flagger cannot translate it leaves
 * out, and then everybody's requests match.
 */
function matchOf({ ab: { header, cookie } }: Exclude<Shifting, string>): object {
  if (header) return { [header.name.toLowerCase()]: { exact: header.value } };
  if (!cookie) return {};
  const pair = `${cookie.name}=${cookie.value}`.replaceAll('.', '[.]');
  return { cookie: { regex: `^(.*; ?)?${pair}(;.*)?$` } };
}

function metricsOf({ slo: { successRate, p99ms } }: Workload): object[] {
  const asked = (name: string, thresholdRange: object) => ({
    ...{ name, templateRef: { name, namespace: ROLLOUTS }, interval: ROLLOUT.window, thresholdRange },
  });
  return [asked(METRIC_TEMPLATES.successRate, { min: successRate }), asked(METRIC_TEMPLATES.latency, { max: p99ms })];
}
