import type { Collector } from './collector';
import { named } from './collector';
import type { Invariant } from './invariant';
import { at, fieldsOf, listOf, textOf } from './json';
import type { Container } from './workload';

/** Whether a collector is alive depends on itself alone. */
export const collectorsOutliveTheirBackends: Invariant = {
  id: 'collectors-outlive-their-backends',
  why: 'The backend is down for ten minutes, and the agent on every node restarts in a circle.',
  how: "Each livenessProbe of a collector asks the health_check extension in its own pod, which does not look at exporters; no observer's livenessProbe names another host.",
  *check({ observers, collectors }) {
    for (const { manifest, containers } of observers) {
      for (const { path, fields } of containers) {
        const host = textOf(at(fields, 'livenessProbe', 'httpGet', 'host'));
        if (host === '') continue;
        const problem = `It lives only as long as ${host} answers.`;
        yield { manifest, path: `${path}.livenessProbe`, problem, fix: 'Ask the pod itself.' };
      }
    }
    for (const collector of collectors) {
      for (const { path, fields } of healthChecks(collector)) {
        if (at(fields, 'check_collector_pipeline', 'enabled') !== true) continue;
        const problem = 'It counts failures of exporters.';
        yield { manifest: collector.manifest, path, problem, fix: 'Leave check_collector_pipeline out.' };
      }
      yield* deafProbes(collector);
    }
  },
};

function healthChecks({ parts, started }: Collector) {
  return named(parts.extensions, started).filter(({ type }) => type === 'healthcheck');
}

function* deafProbes(collector: Collector) {
  const open = new Set(healthChecks(collector).map(({ fields }) => Number(textOf(fields.endpoint).split(':').at(-1))));
  for (const { manifest, containers } of collector.runners) {
    for (const container of containers) {
      const port = livenessPort(container);
      if (port === undefined || open.has(port)) continue;
      const problem = `It asks port ${port}, where no health_check answers.`;
      yield { manifest, path: `${container.path}.livenessProbe`, problem, fix: 'Ask the health_check extension.' };
    }
  }
}

function livenessPort({ fields }: Container): number | undefined {
  const port = at(fields, 'livenessProbe', 'httpGet', 'port');
  if (typeof port === 'number' || port === undefined) return port;
  const named = listOf(fields.ports).find((each) => at(each, 'name') === port);
  return Number(fieldsOf(named).containerPort);
}
