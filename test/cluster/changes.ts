import { isDeepStrictEqual } from 'node:util';
import { PROBE } from '../../constructs/admission-probe';
import { type Content, contentOf } from './apply';
import type { Client, ServerObject } from './client';

/** A kind that a server has objects of. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Everything that a server holds of some kinds, by what `name` calls it; but for what comes and goes by itself. */
export async function everythingOf(
  client: Client,
  kinds: readonly Kind[],
  name: (object: ServerObject) => string,
): Promise<Map<string, Content>> {
  const contents = new Map<string, Content>();
  for (const { apiVersion, kind } of kinds) {
    for (const object of await client.list(apiVersion, kind)) {
      if (!isScheduled(object) && !isPassing(object)) contents.set(name(object), contentOf(object));
    }
  }
  return contents;
}

/** A Deployment's ReplicaSets, one for each of its templates; and a pod that came before the policies bit and should not have. */
function isPassing({ kind, metadata: { labels, namespace } }: ServerObject): boolean {
  return kind === 'ReplicaSet' ? labels?.['pod-template-hash'] !== undefined : kind === 'Pod' && namespace === PROBE;
}

/** Runs of a CronJob, and pods of any Job, come and go by the clock. */
function isScheduled({ kind, metadata: { labels, annotations } }: ServerObject): boolean {
  const label = kind === 'Pod' ? labels?.['batch.kubernetes.io/job-name'] : undefined;
  return label !== undefined || annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'] !== undefined;
}

/** What is not the same any more, as `+name`, `-name` and `~name`, sorted. A new uid, generation or content tells it. */
export function changesBetween(before: ReadonlyMap<string, Content>, after: ReadonlyMap<string, Content>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .flatMap((name) => {
      const [was, is] = [before.get(name), after.get(name)];
      if (!was || !is) return [`${was ? '-' : '+'}${name}`];
      return isDeepStrictEqual(was, is) ? [] : [`~${name}`];
    })
    .sort();
}
