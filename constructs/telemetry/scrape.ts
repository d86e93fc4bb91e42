import type { Pipeline } from '../collector/config';
import { BUFFER, SCRAPE } from '../collector/defaults';
import { toGateway } from '../collector/exporters';
import type { Relabel, ScrapeConfig } from '../collector/receivers';
import { PLATFORM_TENANT } from '../collector/tenant-attribute';
import { MESH_PORTS } from '../defaults';
import { LABEL } from '../labels';
import type { NonEmpty } from '../network/network-policy';
import { PLATFORM_TARGETS, type PlatformTarget } from './platform-targets';

/** Scrapes one tenant's pods on the agent's own node and hands what they say to the tenant's gateway. */
export function scrapePipeline(tenant: string, scrapeSeconds: number, gateway: string): Pipeline {
  const sidecars = { name: tenant, compartment: tenant, port: MESH_PORTS.scrape, path: '/stats/prometheus' };
  return pipeline(tenant, [scrape(sidecars, scrapeSeconds, HAS_SIDECAR)], gateway);
}

/** Scrapes what the platform runs on the agent's own node, whichever of it this environment has. */
export function platformPipeline(scrapeSeconds: number, gateway: string): Pipeline {
  const [first, ...rest] = PLATFORM_TARGETS;
  const scrapeOne = (target: PlatformTarget) => scrape({ name: target.compartment, ...target }, scrapeSeconds);
  return pipeline(PLATFORM_TENANT, [scrapeOne(first), ...rest.map(scrapeOne)], gateway);
}

function pipeline(owner: string, scrapes: NonEmpty<ScrapeConfig>, gateway: string): Pipeline {
  return {
    signal: 'metrics',
    name: owner,
    receiver: { id: `prometheus/${owner}`, config: { config: { scrape_configs: scrapes } } },
    exporter: toGateway({ name: owner, tenant: owner, endpoint: gateway, queue: BUFFER.gatewayQueue }),
  };
}

interface Target extends PlatformTarget {
  readonly name: string;
}

function scrape(
  { name, compartment, app = '.+', port, path }: Target,
  scrapeSeconds: number,
  only: readonly Relabel[] = [],
): ScrapeConfig {
  return {
    job_name: name,
    metrics_path: path,
    scrape_interval: `${scrapeSeconds}s`,
    scrape_timeout: SCRAPE.timeout,
    sample_limit: SCRAPE.samples,
    body_size_limit: SCRAPE.body,
    target_limit: SCRAPE.targets,
    kubernetes_sd_configs: [
      {
        role: 'pod',
        namespaces: { names: [compartment] },
        selectors: [{ role: 'pod', field: `spec.nodeName=\${env:NODE_NAME}` }],
      },
    ],
    relabel_configs: [...only, ...relabels(app, port)],
  };
}

const HAS_SIDECAR: readonly Relabel[] = [
  { action: 'keep', source_labels: ['__meta_kubernetes_pod_container_name'], regex: 'istio-proxy' },
];

const APP_LABEL = `__meta_kubernetes_pod_label_${LABEL.app.replaceAll(/[^a-z0-9]/g, '_')}`;

/** One target per pod of such an app or component, whatever ports it declares. */
function relabels(app: string, port: number): readonly Relabel[] {
  return [
    { action: 'keep', source_labels: [APP_LABEL], regex: app },
    { action: 'drop', source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Pending|Succeeded|Failed' },
    {
      action: 'replace',
      source_labels: ['__address__'],
      regex: '(.+):[0-9]+',
      target_label: '__address__',
      replacement: `$$1:${port}`,
    },
    { action: 'replace', source_labels: [APP_LABEL], target_label: 'job' },
    { action: 'replace', source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
    { action: 'replace', source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
  ];
}
