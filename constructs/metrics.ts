import type { Construct } from 'constructs';
import { type Need, needOf, roomFor } from './collector/room';
import { PLATFORM_TENANT } from './collector/tenant-attribute';
import { Compartment } from './compartment';
import { PROMETHEUS } from './defaults';
import { type AppEnd, apiServer, appEnd, componentByName, everyApp } from './end';
import { environmentOf } from './environment';
import { METRICS, PROMETHEUS_APP, PROMETHEUS_PORT } from './metrics/address';
import type { MetricsSpec } from './metrics/metrics-spec';
import { OPERATOR, operator, operatorCrds } from './metrics/operator';
import { PROXY_PORT, proxy, proxyOf } from './metrics/proxy';
import { Passage } from './passage';
import { cores, mebibytes } from './quantity';
import { ChartRelease } from './release';
import { ROLLOUTS } from './rollouts/canary';
import { FLAGGER_APP } from './rollouts/flagger';
import { JUDGED_BY_METRICS } from './rollouts/metrics-server';
import { TELEMETRY } from './telemetry';
import { gatewayOf } from './telemetry/tenant-gateway';

export interface MetricsProps {
  readonly spec: MetricsSpec;
  /** Names of the tenants. All that is known of them here: nothing of theirs is touched. */
  readonly tenants: readonly string[];
}

/**
 * Keeps metrics within the cluster, for environments without a backend. Creates the Prometheus operator, one Prometheus with a
 * bounded disk, which takes what the gateways of telemetry send and scrapes nothing, one proxy per tenant, which answers for
 * that tenant alone, another for the platform, and the alerts about the platform's own parts.
 *
 * Nothing waits for it, and a tenant's gateway keeps what it cannot send. It promises no metric across the loss of its volume.
 */
export class Metrics extends Compartment {
  constructor(scope: Construct, { spec, tenants }: MetricsProps) {
    super(scope, METRICS, {
      plane: 'telemetry',
      owner: environmentOf(scope).owner,
      ...roomFor(needFor(spec, tenants.length), 'M'),
    });
    const crds = new ChartRelease(this, operatorCrds(spec));
    const hasMesh = environmentOf(scope).mesh !== undefined;
    new ChartRelease(this, operator(spec, this, hasMesh)).after(crds);
    this.openApiServer();
    if (environmentOf(this).rollouts?.metrics.kind === 'metrics') {
      this.open(componentByName(ROLLOUTS, FLAGGER_APP), this.prometheus, PROMETHEUS_PORT, JUDGED_BY_METRICS);
    }
    for (const owner of [...tenants, PLATFORM_TENANT]) this.serve(owner, spec);
  }

  /** Where Prometheus is at the end of a passage. */
  get prometheus(): AppEnd {
    return appEnd(this, PROMETHEUS_APP);
  }

  private openApiServer(): void {
    new Passage(this, {
      from: appEnd(this, OPERATOR),
      to: apiServer,
      ports: [{ protocol: 'TCP', port: environmentOf(this).apiServer.port }],
      why: 'the operator reads what Prometheus should be',
    });
  }

  private serve(tenant: string, spec: MetricsSpec): void {
    const name = proxyOf(tenant);
    this.addIdentity(name);
    for (const manifest of proxy(tenant, spec, this)) this.addContents(manifest);
    this.open(componentByName(TELEMETRY, gatewayOf(tenant)), this.prometheus, PROMETHEUS_PORT, 'metrics are kept here');
    this.open(appEnd(this, name), this.prometheus, PROMETHEUS_PORT, `queries for the metrics of ${tenant}`);
    for (const reader of spec.readers) {
      const readers = everyApp({ name: reader, mesh: 'none', absent: true });
      this.open(readers, appEnd(this, name), PROXY_PORT, `${reader} shows the metrics of ${tenant}`);
    }
  }

  private open(from: AppEnd, to: AppEnd, port: number, why: string): void {
    new Passage(this, { from, to, ports: [{ protocol: 'TCP', port }], why });
  }
}

/** Prometheus, its operator and the proxies of all tenants and of the platform, each with one more while it is replaced. */
function needFor({ size }: MetricsSpec, tenants: number): Need {
  const prometheus = needOf([{ pods: PROMETHEUS.replicas, size }]);
  const others = 2 * (tenants + 2);
  const { cpu, memory } = PROMETHEUS.proxy;
  return {
    pods: prometheus.pods + others,
    cpu: prometheus.cpu + others * cores(cpu),
    memory: prometheus.memory + others * mebibytes(memory),
  };
}
