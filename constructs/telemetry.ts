import type { Construct } from 'constructs';
import { Agent } from './collector/agent';
import { bufferProblems, neededVolume, volumeOf } from './collector/buffer';
import { type Backend, backendPort, imageOf } from './collector/collector-spec';
import { BUFFER, GATEWAY_REPLICAS, OWN_METRICS_PORT } from './collector/defaults';
import { Gateway, gatewayAddress } from './collector/gateway';
import { type Crew, needOf, roomFor } from './collector/room';
import { tellProblems } from './collector/section-problems';
import { PLATFORM_TENANT } from './collector/tenant-attribute';
import { Compartment } from './compartment';
import { MESH_PORTS, OTLP_PORTS } from './defaults';
import { type AppEnd, apiServer, componentByName, everyApp, outside } from './end';
import { environmentOf } from './environment';
import { METRICS, metricsAddress, PROMETHEUS_APP, PROMETHEUS_PORT } from './metrics/address';
import type { NonEmpty } from './network/network-policy';
import { Passage } from './passage';
import { mebibytes } from './quantity';
import { agentRole } from './telemetry/agent-role';
import { endOf, FOREIGN_TARGETS } from './telemetry/platform-targets';
import { platformPipeline, scrapePipeline } from './telemetry/scrape';
import type { TelemetrySpec } from './telemetry/telemetry-spec';
import { gatewayOf, gatewayPipelines, platformGatewayPipelines } from './telemetry/tenant-gateway';

/** Name of the telemetry compartment and of its namespace. */
export const TELEMETRY = 'telemetry';

export interface TelemetryProps {
  readonly spec: TelemetrySpec;
  /** Names of the tenants. All that is known of them here: nothing of theirs is touched. */
  readonly tenants: readonly string[];
}

/** A gateway's queues: one for metrics, one for traces. */
const QUEUES = 2;

/**
 * The compartment that carries metrics and traces to their backends. Creates one gateway per tenant, which accepts OTLP from
 * that tenant's apps alone and says itself whose data it is, and one for the platform; and one agent per node, which scrapes
 * the sidecars and the platform's parts of its node and hands each owner's metrics to that owner's gateway.
 *
 * Nothing waits for it. It promises no metric or span that a backend did not take in time: what is too much is refused to
 * whoever sent it, at once.
 */
export class Telemetry extends Compartment {
  readonly gateways: ReadonlyMap<string, Gateway>;
  /** What the platform's own metrics go through. */
  readonly platformGateway: Gateway;
  readonly agent: Agent;

  constructor(
    scope: Construct,
    private readonly telemetry: TelemetryProps,
  ) {
    const { spec, tenants } = telemetry;
    const environment = environmentOf(scope);
    super(scope, TELEMETRY, { plane: 'telemetry', owner: environment.owner, ...roomFor(needOf(crewsOf(telemetry))) });
    tellProblems(this, TELEMETRY, [
      ...bufferProblems(QUEUES, spec.buffer),
      ...bufferProblems(tenants.length + 1, { queue: `${BUFFER.gatewayQueue}Mi` }),
    ]);
    this.gateways = new Map(tenants.map((tenant) => [tenant, this.addGateway(tenant)]));
    this.platformGateway = this.addPlatformGateway();
    this.agent = this.addAgent(environment.mesh ? tenants : []);
  }

  private addGateway(tenant: string): Gateway {
    const { spec } = this.telemetry;
    const queue = mebibytes(spec.buffer.queue);
    const gateway = new Gateway(this, {
      name: gatewayOf(tenant),
      image: imageOf(spec),
      size: spec.gateway,
      pipelines: gatewayPipelines(tenant, { metrics: metricsEndpoint(spec), traces: spec.traces.endpoint, queue }),
      queue,
      volume: volumeOf(QUEUES, spec.buffer),
      access: 'none',
    });
    const why = "a gateway takes its own tenant's metrics and traces";
    this.accept(everyApp(tenantByName(tenant)), gateway, [OTLP_PORTS.grpc, OTLP_PORTS.http], why);
    this.openMetrics(gateway);
    this.openBackend(gateway, 'traces', spec.traces);
    return gateway;
  }

  private addPlatformGateway(): Gateway {
    const { spec } = this.telemetry;
    const queue = mebibytes(spec.buffer.queue);
    const gateway = new Gateway(this, {
      name: gatewayOf(PLATFORM_TENANT),
      image: imageOf(spec),
      size: spec.gateway,
      pipelines: platformGatewayPipelines({ metrics: metricsEndpoint(spec), queue }),
      queue,
      volume: volumeOf(1, spec.buffer),
      access: 'none',
    });
    this.openMetrics(gateway);
    return gateway;
  }

  /** @param meshed the tenants whose sidecars it scrapes */
  private addAgent(meshed: readonly string[]): Agent {
    const { spec } = this.telemetry;
    const gatewayAt = (owner: string) => gatewayAddress(gatewayOf(owner), this.namespace);
    const agent = new Agent(this, {
      name: 'agent',
      image: imageOf(spec),
      size: spec.agent,
      tolerations: spec.tolerations,
      pipelines: [
        platformPipeline(spec.scrapeSeconds, gatewayAt(PLATFORM_TENANT)),
        ...meshed.map((tenant) => scrapePipeline(tenant, spec.scrapeSeconds, gatewayAt(tenant))),
      ],
      queue: BUFFER.gatewayQueue,
      volume: neededVolume(meshed.length + 1, BUFFER.gatewayQueue),
      access: 'apiServer',
    });
    for (const manifest of agentRole(this.namespace, 'agent')) this.addBoundary(manifest);
    this.openApiServer(agent);
    for (const gateway of [...this.gateways.values(), this.platformGateway]) {
      const why = 'agents hand over what they scrape, and scrape the gateway itself';
      this.accept(agent.end, gateway, [OTLP_PORTS.grpc, OWN_METRICS_PORT], why);
    }
    for (const tenant of meshed) this.openScrape(agent, everyApp(tenantByName(tenant)), MESH_PORTS.scrape);
    for (const target of FOREIGN_TARGETS) this.openScrape(agent, endOf(target), target.port);
    return agent;
  }

  private accept(from: AppEnd, gateway: Gateway, [first, ...rest]: NonEmpty<number>, why: string): void {
    const tcp = (port: number) => ({ protocol: 'TCP', port }) as const;
    new Passage(this, { from, to: gateway.end, ports: [tcp(first), ...rest.map(tcp)], why });
  }

  private openMetrics(gateway: Gateway): void {
    const { metrics } = this.telemetry.spec;
    const ports = [{ protocol: 'TCP', port: PROMETHEUS_PORT }] as const;
    if (metrics.kind === 'outside') this.openBackend(gateway, 'metrics', metrics);
    else {
      const to = componentByName(METRICS, PROMETHEUS_APP);
      new Passage(this, { from: gateway.end, to, ports, why: 'metrics are kept within the cluster' });
    }
  }

  private openBackend(gateway: Gateway, signal: 'metrics' | 'traces', backend: Backend): void {
    new Passage(this, {
      from: gateway.end,
      to: outside(`${signal}-backend`, ...backend.cidrs),
      ports: [{ protocol: 'TCP', port: backendPort(backend) }],
      why: `${signal} are kept by the backend of the environment`,
    });
  }

  private openApiServer(agent: Agent): void {
    new Passage(this, {
      from: agent.end,
      to: apiServer,
      ports: [{ protocol: 'TCP', port: environmentOf(this).apiServer.port }],
      why: 'agents ask which pods run on their node',
    });
  }

  private openScrape(agent: Agent, to: AppEnd, port: number): void {
    new Passage(this, { from: agent.end, to, ports: [{ protocol: 'TCP', port }], why: 'metrics are scraped there' });
  }
}

/** A tenant's compartment as the other end of a passage: its own half stands there, and is none of ours. */
function tenantByName(name: string) {
  return { name, mesh: 'none', absent: true } as const;
}

function metricsEndpoint({ metrics }: TelemetrySpec): string {
  return metrics.kind === 'outside' ? metrics.endpoint : `${metricsAddress()}/api/v1/otlp`;
}

/** One gateway replica more than there are, for rollouts. */
function crewsOf({ spec, tenants }: TelemetryProps): Crew[] {
  return [
    { pods: spec.nodes, size: spec.agent },
    { pods: (tenants.length + 1) * (GATEWAY_REPLICAS + 1), size: spec.gateway },
  ];
}
