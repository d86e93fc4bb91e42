import type { Pipeline } from '../collector/config';
import { LOG_FILES } from '../collector/defaults';
import { toBackend } from '../collector/exporters';
import { NODE_LOGS } from '../collector/pod';
import type { Receiver } from '../collector/receivers';
import { retry } from '../collector/retry';
import { PLATFORM_TENANT, TENANT_ATTRIBUTE } from '../collector/tenant-attribute';
import type { NonEmpty } from '../network/network-policy';

/** Where all of an agent's pipelines lead. */
export interface LogBackend {
  readonly endpoint: string;
  /** What each tenant's queue holds, in MiB. */
  readonly queue: number;
}

/** One pipeline per tenant, and one for whatever belongs to none: Kubernetes' own pods and the platform's. */
export function logPipelines(tenants: readonly string[], agent: string, backend: LogBackend): NonEmpty<Pipeline> {
  const own = tenants.map((tenant) => filesOf(tenant)).sort();
  // An agent that read its own words would have more to say with every line that it could not send.
  const platform = pipeline(PLATFORM_TENANT, [`${NODE_LOGS}/*/*/*.log`], backend, [...own, agent]);
  return [platform, ...tenants.map((tenant) => pipeline(tenant, [filesOf(tenant)], backend))];
}

/** The log files of a namespace: `<namespace>_<pod>_<uid>/<container>/<restart>.log`. No namespace holds an underscore. */
export function filesOf(namespace: string, pod = ''): string {
  return `${NODE_LOGS}/${namespace}_${pod}*/*/*.log`;
}

function pipeline(
  tenant: string,
  include: NonEmpty<string>,
  { endpoint, queue }: LogBackend,
  exclude?: readonly string[],
): Pipeline {
  return {
    signal: 'logs',
    name: tenant,
    receiver: filelog(tenant, include, exclude),
    exporter: toBackend({ name: tenant, tenant, endpoint, queue }),
  };
}

function filelog(tenant: string, include: NonEmpty<string>, exclude?: readonly string[]): Receiver {
  return {
    id: `file_log/${tenant}`,
    config: {
      include,
      ...(exclude ? { exclude } : {}),
      start_at: 'beginning',
      include_file_path: true,
      include_file_name: false,
      poll_interval: LOG_FILES.pollInterval,
      max_concurrent_files: LOG_FILES.maxFiles,
      max_log_size: LOG_FILES.maxLine,
      resource: { [TENANT_ATTRIBUTE]: tenant },
      operators: [{ type: 'container', max_log_size: LOG_FILES.maxLine }],
      storage: 'file_storage',
      retry_on_failure: retry,
    },
  };
}
