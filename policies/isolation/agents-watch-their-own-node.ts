import type { Part } from './collector';
import type { Invariant } from './invariant';
import { at, listOf, textOf } from './json';
import type { Workload } from './workload';

/** Watchers of the whole cluster: two of them survive a node. */
const MOST_WATCHERS = 2;

/** What runs on every node watches its node alone; whatever watches the whole cluster runs at most twice. */
export const agentsWatchTheirOwnNode: Invariant = {
  id: 'agents-watch-their-own-node',
  why: 'With each node the API server sends every change to one agent more, until it does nothing else.',
  how: 'kubernetes_sd_configs and k8s_attributes of collectors select spec.nodeName, or their workload is no DaemonSet and has at most two replicas.',
  *check({ collectors }) {
    for (const { manifest, parts, runners } of collectors) {
      const watchers = [...parts.receivers, ...parts.processors].filter(watchesTheCluster);
      for (const { path } of watchers) {
        const many = runners.find(runsOften);
        if (!many) continue;
        const problem = `Every pod of ${many.manifest.kind} ${many.manifest.metadata.name} watches the whole cluster.`;
        yield { manifest, path, problem, fix: 'Select by spec.nodeName.' };
      }
    }
  },
};

function runsOften({ manifest }: Workload): boolean {
  const replicas = at(manifest, 'spec', 'replicas');
  return manifest.kind === 'DaemonSet' || (typeof replicas === 'number' && replicas > MOST_WATCHERS);
}

function watchesTheCluster({ type, fields }: Part): boolean {
  if (type === 'k8sattributes') {
    return at(fields, 'filter', 'node_from_env_var') === undefined && at(fields, 'filter', 'node') === undefined;
  }
  const scrapes = type === 'prometheus' ? listOf(at(fields, 'config', 'scrape_configs')) : [];
  const discoveries = scrapes.flatMap((scrape) => listOf(at(scrape, 'kubernetes_sd_configs')));
  return discoveries.some(
    (discovery) =>
      at(discovery, 'role') !== 'node' &&
      !listOf(at(discovery, 'selectors')).some((each) => textOf(at(each, 'field')).startsWith('spec.nodeName=')),
  );
}
