import type { Construct } from 'constructs';
import { Compartment } from './compartment';
import { apiServer, appEnd, componentByName, outside } from './end';
import { environmentOf } from './environment';
import { METRICS, PROMETHEUS_APP, PROMETHEUS_PORT } from './metrics/address';
import { portOf } from './names';
import { Passage, type PassageProps } from './passage';
import { ChartRelease, ManifestRelease } from './release';
import { ROLLOUTS } from './rollouts/canary';
import { FLAGGER_APP, flagger, flaggerCrds } from './rollouts/flagger';
import { metricTemplates } from './rollouts/metric-templates';
import { JUDGED_BY_METRICS } from './rollouts/metrics-server';
import type { RolloutsSection } from './rollouts/rollouts-spec';

/**
 * The compartment of what moves apps from version to version: Flagger, and the questions by which it judges. Its pods reach the
 * API server and the source of metrics, and nothing else, whatever a tenant's Canary asks them to call.
 *
 * It promises nothing without metrics: then no rollout goes on, and what serves stays.
 */
export class Rollouts extends Compartment {
  constructor(scope: Construct, owner: string, section: RolloutsSection) {
    super(scope, ROLLOUTS, { plane: 'delivery', owner });
    new ManifestRelease(this, flaggerCrds(section));
    new ChartRelease(this, flagger(section, this));
    for (const manifest of metricTemplates(section, this.namespace)) this.addContents(manifest);
    const from = appEnd(this, FLAGGER_APP);
    new Passage(this, {
      from,
      to: apiServer,
      ports: [{ protocol: 'TCP', port: environmentOf(this).apiServer.port }],
      why: 'Canaries are read there, and Deployments, Services and routes written',
    });
    new Passage(this, { from, ...whereMetricsAre(section), why: JUDGED_BY_METRICS });
  }
}

function whereMetricsAre({ metrics }: RolloutsSection): Pick<PassageProps, 'to' | 'ports'> {
  const at = (port: number) => [{ protocol: 'TCP', port }] as const;
  if (metrics.kind === 'metrics') {
    return { to: componentByName(METRICS, PROMETHEUS_APP), ports: at(PROMETHEUS_PORT) };
  }
  const { address, cidrs } = metrics;
  return { to: outside(new URL(address).hostname, ...cidrs), ports: at(portOf(address)) };
}
