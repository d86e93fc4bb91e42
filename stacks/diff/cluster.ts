import type { Manifest } from '../../constructs/manifest';
import type { Kubectl } from '../kubectl';
import type { Plan } from '../planned';
import { type ComparedCompartment, objectName } from './compare';
import type { Sides } from './tree';

/**
 * What a cluster holds of the plan's objects, seen through the fields that the plan sets: what others add to an object is
 * theirs. Objects and fields that are no longer rendered are not seen; a tree that was rendered before shows them.
 * @throws when the cluster cannot be asked, in kubectl's words
 */
export function compareCluster(plan: Plan, kubectl: Kubectl): Sides {
  const live = liveObjects(plan, kubectl);
  const before = new Map<string, ComparedCompartment>();
  const after = new Map<string, ComparedCompartment>();
  for (const { name, plane, manifests } of plan.compartments) {
    const found = manifests.flatMap(({ manifest }) => {
      const object = live.get(identity(manifest));
      return object ? [[objectName(manifest), seenThrough(manifest, object) as Manifest] as const] : [];
    });
    before.set(name, { plane, objects: new Map(found) });
    after.set(name, { plane, objects: new Map(manifests.map(({ manifest }) => [objectName(manifest), manifest])) });
  }
  return { before, after };
}

function liveObjects({ compartments }: Plan, kubectl: Kubectl): Map<string, Manifest> {
  const items = compartments.flatMap(({ manifests }) => manifests.map(({ manifest }) => manifest));
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const text = kubectl(['get', '--filename=-', '--ignore-not-found', '--output=json'], list);
  const answer = JSON.parse(text || '{"items":[]}') as Manifest & { readonly items?: readonly Manifest[] };
  return new Map((answer.items ?? [answer]).map((object) => [identity(object), object]));
}

function identity({ apiVersion, kind, metadata }: Manifest): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
}

/** `object` with only those members that `mask` has. */
function seenThrough(mask: unknown, object: unknown): unknown {
  if (Array.isArray(mask) && Array.isArray(object)) {
    return object.map((element, index) => (index < mask.length ? seenThrough(mask[index], element) : element));
  }
  if (!isObject(mask) || !isObject(object)) return object;
  return Object.fromEntries(
    Object.keys(mask).flatMap((key) => (key in object ? [[key, seenThrough(mask[key], object[key])]] : [])),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
