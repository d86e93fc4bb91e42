import type { Manifest } from '../../constructs/manifest';
import { at, fieldsOf, listOf, textOf } from '../../policies/isolation/json';
import { nameObject } from '../../policies/rule';
import { listed } from '../listed';
import type { PreflightCheck } from './situation';

/** Field managers that apply what this platform renders, by the tools that carry it. */
const CARRIERS = /^(bulkhead|kustomize-controller|helm-controller|argocd-|pulumi|kubectl$)/;

/** What the server says of itself in a list of fields: the object that has them. */
const SELF = '.';

/** No field that the environment sets was changed by somebody else since: the next apply is a conflict, or takes it back. */
export const nobodyElseChangedOurFields: PreflightCheck = {
  id: 'nobody-else-changed-our-fields',
  *check({ plan, cluster }) {
    for (const { name, manifests } of plan.compartments) {
      for (const { manifest } of manifests) {
        for (const [manager, paths] of changesBy(manifest, cluster.find(manifest))) {
          const problem = `${manager} has changed what is rendered here: ${listed(paths)}. The next apply is refused as a conflict, or takes it back.`;
          const fix = `If the change is wanted, render it; otherwise find out what ${manager} is and stop it.`;
          yield { object: nameObject(manifest), path: paths[0] ?? '', problem, fix, stops: false, compartment: name };
        }
      }
    }
  },
};

function changesBy(manifest: Manifest, live: Manifest | undefined): Map<string, string[]> {
  const changes = new Map<string, string[]>();
  for (const entry of listOf(live?.metadata.managedFields).map(fieldsOf)) {
    const manager = textOf(entry.manager);
    if (CARRIERS.test(manager) || entry.subresource !== undefined) continue;
    const paths = [...changed(entry.fieldsV1, manifest, live, '')];
    if (paths.length > 0) changes.set(manager, [...(changes.get(manager) ?? []), ...paths]);
  }
  return changes;
}

/** Paths of `fields`, as a manager owns them, that `rendered` sets and `live` holds otherwise. */
function* changed(fields: unknown, rendered: unknown, live: unknown, path: string): Iterable<string> {
  if (rendered === undefined) return;
  const members = Object.entries(fieldsOf(fields)).filter(([key]) => key !== SELF);
  if (members.length === 0 && isScalar(rendered) && rendered !== live) yield path;
  for (const [key, inner] of members) {
    const step = key.slice(2);
    if (key.startsWith('f:')) {
      yield* changed(inner, at(rendered, step), at(live, step), path ? `${path}.${step}` : step);
    } else if (key.startsWith('k:')) {
      const keys = Object.entries(fieldsOf(JSON.parse(step)));
      const find = (list: unknown) =>
        listOf(list).find((one) => keys.every(([name, value]) => at(one, name) === value));
      yield* changed(inner, find(rendered), find(live), `${path}[${keys.map(([, value]) => value).join(',')}]`);
    }
  }
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}
