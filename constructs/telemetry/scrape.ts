import type { Pipeline } from '../collector/config';
import { BUFFER, SCRAPE } from '../collector/defaults';
import { toGateway } from '../collector/exporters';
import type { Receiver, Relabel } from '../collector/receivers';
import { MESH_PORTS } from '../defaults';
import { LABEL } from '../labels';

/** Scrapes one tenant's pods on the agent's own node and hands what they say to the tenant's gateway. */
export function scrapePipeline(tenant: string, scrapeSeconds: number, gateway: string): Pipeline {
  return {
    signal: 'metrics',
    name: tenant,
    receiver: prometheus(tenant, scrapeSeconds),
    exporter: toGateway({ name: tenant, tenant, endpoint: gateway, queue: BUFFER.gatewayQueue }),
  };
}

function prometheus(tenant: string, scrapeSeconds: number): Receiver {
  return {
    id: `prometheus/${tenant}`,
    config: {
      config: {
        scrape_configs: [
          {
            job_name: tenant,
            metrics_path: '/stats/prometheus',
            scrape_interval: `${scrapeSeconds}s`,
            scrape_timeout: SCRAPE.timeout,
            sample_limit: SCRAPE.samples,
            body_size_limit: SCRAPE.body,
            target_limit: SCRAPE.targets,
            kubernetes_sd_configs: [
              {
                role: 'pod',
                namespaces: { names: [tenant] },
                selectors: [{ role: 'pod', field: `spec.nodeName=\${env:NODE_NAME}` }],
              },
            ],
            relabel_configs: RELABELS,
          },
        ],
      },
    },
  };
}

const APP_LABEL = `__meta_kubernetes_pod_label_${LABEL.app.replaceAll(/[^a-z0-9]/g, '_')}`;

/** One target per pod that has a sidecar: its merged metrics, its own and the app's. */
const RELABELS: readonly Relabel[] = [
  { action: 'keep', source_labels: ['__meta_kubernetes_pod_container_name'], regex: 'istio-proxy' },
  { action: 'keep', source_labels: [APP_LABEL], regex: '.+' },
  { action: 'drop', source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Pending|Succeeded|Failed' },
  {
    action: 'replace',
    source_labels: ['__address__'],
    regex: '(.+):[0-9]+',
    target_label: '__address__',
    replacement: `$$1:${MESH_PORTS.scrape}`,
  },
  { action: 'replace', source_labels: [APP_LABEL], target_label: 'job' },
  { action: 'replace', source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
  { action: 'replace', source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
];
