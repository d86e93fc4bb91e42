import type { Deployment } from 'kubernetes-types/apps/v1';
import type { Service } from 'kubernetes-types/core/v1';
import { TENANT_LABEL } from '../collector/tenant-attribute';
import type { ContentManifest } from '../contents';
import { PROMETHEUS, REVISION_HISTORY } from '../defaults';
import { appLabels, LABEL } from '../labels';
import type { Place } from '../release';
import { metricsAddress } from './address';
import { type MetricsSpec, PROMETHEUS_CHARTS } from './metrics-spec';

/** Where a proxy answers queries. */
export const PROXY_PORT = 8080;

const USER = 65_532;

/** Name of the component that answers for one tenant. */
export function proxyOf(tenant: string): string {
  return `proxy-${tenant}`;
}

/**
 * A proxy that lets through queries for one tenant's metrics alone, whatever label they ask for: its Deployment and its Service.
 * @see https://github.com/prometheus-community/prom-label-proxy
 */
export function proxy(tenant: string, { version }: MetricsSpec, place: Place): ContentManifest[] {
  const image = `quay.io/prometheuscommunity/prom-label-proxy:${PROMETHEUS_CHARTS[version].proxy}`;
  return [deployment(tenant, image, place), service(tenant, place.namespace)];
}

function deployment(tenant: string, image: string, { namespace, priorityClassName }: Place): ContentManifest {
  const name = proxyOf(tenant);
  const { cpu, memory } = PROMETHEUS.proxy;
  const { scratch } = PROMETHEUS;
  const health = { httpGet: { path: '/healthz', port: 'http' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: appLabels(name, namespace) },
    spec: {
      replicas: 1,
      revisionHistoryLimit: REVISION_HISTORY,
      selector: { matchLabels: { [LABEL.name]: name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels: appLabels(name, namespace) },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          priorityClassName,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: USER,
            runAsGroup: USER,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [
            {
              name: 'main',
              image,
              args: [
                `--insecure-listen-address=:${PROXY_PORT}`,
                `--upstream=${metricsAddress()}`,
                `--label=${TENANT_LABEL}`,
                `--label-value=${tenant}`,
                '--error-on-replace',
              ],
              ports: [{ name: 'http', containerPort: PROXY_PORT }],
              resources: {
                requests: { cpu, memory, 'ephemeral-storage': scratch },
                limits: { memory, 'ephemeral-storage': scratch },
              },
              readinessProbe: { ...health, periodSeconds: 5 },
              livenessProbe: { ...health, periodSeconds: 10 },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  } satisfies Deployment;
}

function service(tenant: string, namespace: string): ContentManifest {
  const name = proxyOf(tenant);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: appLabels(name, namespace) },
    spec: {
      type: 'ClusterIP',
      selector: { [LABEL.app]: name, [LABEL.component]: 'main' },
      ports: [{ name: 'http', appProtocol: 'http', protocol: 'TCP', port: PROXY_PORT, targetPort: 'http' }],
    },
  } satisfies Service;
}
