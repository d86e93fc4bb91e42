import type { Pipeline } from '../collector/config';
import { toBackend } from '../collector/exporters';
import type { Processor, Statements } from '../collector/processors';
import { otlpReceiver } from '../collector/receivers';
import { PLATFORM_TENANT, TENANT_ATTRIBUTE } from '../collector/tenant-attribute';
import type { NonEmpty } from '../network/network-policy';

/** Name of a tenant's gateway. */
export function gatewayOf(tenant: string): string {
  return `gateway-${tenant}`;
}

/** Addresses to which a gateway's pipelines lead. */
export interface GatewayBackends {
  readonly metrics: string;
  readonly traces: string;
  /** What the queue of either holds, in MiB. */
  readonly queue: number;
}

/** Metrics of the platform's own parts: each says where it is by the labels that agents gave it. */
export function platformGatewayPipelines({ metrics, queue }: Omit<GatewayBackends, 'traces'>): NonEmpty<Pipeline> {
  return [
    {
      ...{ signal: 'metrics', name: PLATFORM_TENANT, receiver: otlpReceiver, processors: [stamp(PLATFORM_TENANT, [])] },
      exporter: toBackend({ name: 'metrics', tenant: PLATFORM_TENANT, endpoint: metrics, queue }),
    },
  ];
}

/** Metrics and traces of one tenant, each with a queue of its own. */
export function gatewayPipelines(tenant: string, { metrics, traces, queue }: GatewayBackends): NonEmpty<Pipeline> {
  const place = [`set(resource.attributes["k8s.namespace.name"], "${tenant}")`];
  const received = { name: tenant, receiver: otlpReceiver, processors: [stamp(tenant, place)] };
  return [
    {
      ...{ signal: 'metrics', ...received },
      exporter: toBackend({ name: 'metrics', tenant, endpoint: metrics, queue }),
    },
    {
      ...{ signal: 'traces', ...received },
      exporter: toBackend({ name: 'traces', tenant, endpoint: traces, queue }),
    },
  ];
}

/**
 * What no sender may say of itself, at any level. Not the point alone: of `bulkhead_tenant` and `bulkhead/tenant` a Prometheus
 * makes the same label as of `bulkhead.tenant`, and what a data point says it believes before what its resource says.
 */
const FORGEABLE = '^(k8s|bulkhead)[^A-Za-z0-9]';

/** What a resource may not say either. Of its own customers an app may speak, in its spans. */
const FORGEABLE_TENANT = '(?i)^(tenant|x-scope-orgid)';

/** Drops what a sender claims of its place and tenant, and writes what is known from where the gateway stands. */
function stamp(tenant: string, place: readonly string[]): Processor {
  const resource: Statements<'resource'> = {
    context: 'resource',
    statements: [
      drop('resource', FORGEABLE),
      drop('resource', FORGEABLE_TENANT),
      ...place,
      `set(resource.attributes["${TENANT_ATTRIBUTE}"], "${tenant}")`,
    ],
  };
  // A backend need not promote what resources say: each series names its tenant.
  const known: Statements<'datapoint'> = {
    context: 'datapoint',
    statements: [drop('datapoint', FORGEABLE), `set(datapoint.attributes["${TENANT_ATTRIBUTE}"], "${tenant}")`],
  };
  return {
    id: 'transform/tenant',
    config: {
      error_mode: 'propagate',
      metric_statements: [resource, forget('scope'), known],
      trace_statements: [resource, forget('scope'), forget('span'), forget('spanevent')],
    },
  };
}

function forget<Context extends string>(context: Context): Statements<Context> {
  return { context, statements: [drop(context, FORGEABLE)] };
}

function drop(context: string, pattern: string): string {
  return `delete_matching_keys(${context}.attributes, "${pattern}")`;
}
