import type { Construct } from 'constructs';
import { Agent } from './collector/agent';
import { bufferProblems, volumeOf } from './collector/buffer';
import { backendPort, imageOf } from './collector/collector-spec';
import { OWN_METRICS_PORT } from './collector/defaults';
import { type Crew, needOf, roomFor } from './collector/room';
import { tellProblems } from './collector/section-problems';
import { Compartment } from './compartment';
import { appEnd, componentByName, type End, outside } from './end';
import { environmentOf } from './environment';
import type { LoggingSpec } from './logging/logging-spec';
import { LOKI, LOKI_PORT, loki, lokiEndpoint } from './logging/loki';
import { filesOf, logPipelines } from './logging/tenant-logs';
import { Passage } from './passage';
import { mebibytes } from './quantity';
import { ChartRelease } from './release';

/** Name of the logging compartment and of its namespace. */
export const LOGGING = 'logging';

export interface LoggingProps {
  readonly spec: LoggingSpec;
  /** Names of the tenants. All that is known of them here: nothing of theirs is touched. */
  readonly tenants: readonly string[];
}

/**
 * The compartment that carries every container's output from its node to the backend. Creates one agent per node, with a
 * receiver, a queue, an exporter and a constant organisation id for each tenant, and the one passage to the backend.
 *
 * Nothing waits for it and no app knows of it: apps write to their standard output. It promises no line that its node has
 * rotated away before the backend came back, and a line may arrive twice when an agent is replaced.
 */
export class Logging extends Compartment {
  readonly agent: Agent;

  constructor(scope: Construct, { spec, tenants }: LoggingProps) {
    super(scope, LOGGING, {
      plane: 'logging',
      owner: environmentOf(scope).owner,
      ...roomFor(needOf(crewsOf(spec))),
    });
    const queues = tenants.length + 1;
    tellProblems(this, LOGGING, bufferProblems(queues, spec.buffer));
    const queue = mebibytes(spec.buffer.queue);
    const backend = { endpoint: endpointOf(spec), queue };
    this.agent = new Agent(this, {
      name: 'agent',
      image: imageOf(spec),
      size: spec.agent,
      tolerations: spec.tolerations,
      pipelines: logPipelines(tenants, filesOf(LOGGING, 'agent-'), backend),
      queue,
      volume: volumeOf(queues, spec.buffer),
      access: 'nodeLogs',
    });
    this.openBackend(spec);
    new Passage(this, {
      from: componentByName('telemetry', 'agent'),
      to: this.agent.end,
      ports: [{ protocol: 'TCP', port: OWN_METRICS_PORT }],
      why: 'what agents refused and dropped is told there',
    });
  }

  private openBackend({ backend }: LoggingSpec): void {
    if (backend.kind === 'outside') {
      this.openPort(outside('logs-backend', ...backend.cidrs), backendPort(backend));
    } else {
      new ChartRelease(this, loki(backend, this));
      this.openPort(appEnd(this, LOKI), LOKI_PORT);
    }
  }

  private openPort(to: End, port: number): void {
    const why = 'logs are kept by the backend of the environment';
    new Passage(this, { from: this.agent.end, to, ports: [{ protocol: 'TCP', port }], why });
  }
}

function endpointOf({ backend }: LoggingSpec): string {
  return backend.kind === 'loki' ? lokiEndpoint(LOGGING) : backend.endpoint;
}

function crewsOf({ nodes, agent, backend }: LoggingSpec): Crew[] {
  const agents = { pods: nodes, size: agent };
  return backend.kind === 'loki' ? [agents, { pods: 1, size: backend.size }] : [agents];
}
