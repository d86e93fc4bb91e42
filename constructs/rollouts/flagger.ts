import { FLAGGER } from '../defaults';
import { LABEL } from '../labels';
import type { ChartReleaseProps, ManifestReleaseProps } from '../release';
import { upstreamDeployment } from '../workload/upstream-deployment';
import { metricsServerOf } from './metrics-server';
import type { RolloutsSection } from './rollouts-spec';

/** The component: also its service account. */
export const FLAGGER_APP = 'flagger';

/** Flagger's CRDs, apart from the chart: Helm would never move them to another version. */
export function flaggerCrds({ version }: RolloutsSection): ManifestReleaseProps {
  return {
    name: 'flagger-crds',
    kinds: ['flagger.app/AlertProvider', 'flagger.app/Canary', 'flagger.app/MetricTemplate'],
    source: {
      repository: 'https://github.com/fluxcd/flagger',
      tag: `v${version}`,
      path: 'artifacts/flagger',
      file: 'crd.yaml',
    },
  };
}

/**
 * Flagger itself. Until its CRDs are there it restarts; it waits for nothing else.
 * @see https://artifacthub.io/packages/helm/flagger/flagger
 */
export function flagger(
  section: RolloutsSection,
  { namespace, priorityClassName }: { readonly namespace: string; readonly priorityClassName: string },
): ChartReleaseProps {
  const { version } = section;
  const { replicas, cpu, memory } = FLAGGER;
  return {
    name: 'flagger',
    chart: { repository: 'https://flagger.app', name: 'flagger', version },
    values: {
      meshProvider: 'gatewayapi:v1',
      metricsServer: metricsServerOf(section),
      crd: { create: false },
      podPriorityClassName: priorityClassName,
      podLabels: { [LABEL.app]: FLAGGER_APP },
      serviceAccount: { name: FLAGGER_APP },
      resources: { requests: { cpu, memory }, limits: { memory } },
      // The chart's own is not enough for the *restricted* Pod Security Standard.
      securityContext: {
        enabled: true,
        context: {
          runAsNonRoot: true,
          runAsUser: 10_001,
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        },
      },
    },
    runs: [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: FLAGGER_APP, namespace } },
      upstreamDeployment({
        ...{ name: 'flagger', namespace, app: FLAGGER_APP, priorityClassName, replicas, cpu, memory },
        image: `ghcr.io/fluxcd/flagger:${version}`,
        ports: { http: 8080 },
      }),
    ],
  };
}
