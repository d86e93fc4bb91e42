import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { COMPONENT_NAMES } from '../../constructs/components';
import { ISTIO_VERSIONS } from '../../constructs/mesh/istio-versions';
import type { Finding } from '../../policies/finding';
import { UsageError } from '../exit';
import { readPlainFile } from '../load/plain-file';
import { isSettled, type Pins } from './pins';

const istioVersion = z.enum(ISTIO_VERSIONS);

const lockSchema = z.strictObject({
  pins: z.partialRecord(z.enum(COMPONENT_NAMES).exclude(['istio']), z.string()).and(
    z.object({
      istio: z
        .object({
          versions: z.tuple([istioVersion], istioVersion),
          tags: z.record(z.string(), istioVersion),
          defaultVersion: istioVersion.optional(),
        })
        .optional(),
    }),
  ),
  reached: z.array(z.string()),
});

/** What is known of where an environment has been: kept beside its file, in version control. */
export interface Lock {
  /** Where it stands. */
  readonly pins: Pins;
  /** Every state that it has been in, as sentences: `istio 1.30.3 serves every ring`. */
  readonly reached: readonly string[];
}

export function lockFile(environments: string, environment: string): string {
  return join(environments, `${environment}.lock.json`);
}

/**
 * @returns `undefined` where nothing is recorded
 * @throws {UsageError} when the file is no lock
 */
export function readLock(environments: string, environment: string): Lock | undefined {
  const file = lockFile(environments, environment);
  if (!existsSync(file)) return undefined;
  const plain = readPlainFile(file, environments);
  try {
    return lockSchema.parse(JSON.parse('text' in plain ? plain.text : '')) as Lock;
  } catch {
    throw new UsageError(`${file}: Is no record of where ${environment} has been. Restore it from version control.`);
  }
}

/** Records that an environment stands where it is pinned. What it reached before stays reached. */
export function writeLock(environments: string, environment: string, pins: Pins): void {
  const earlier = readLock(environments, environment)?.reached ?? [];
  const reached = [...new Set([...earlier, ...reachedAt(pins)])].sort();
  writeFileSync(lockFile(environments, environment), `${JSON.stringify({ pins, reached }, null, 2)}\n`);
}

/** What has been reached where these versions are pinned. */
export function reachedAt(pins: Pins): string[] {
  return statesOf(pins, (version, tags) => tags.every((tag) => tag === version));
}

/** What must have been reached elsewhere before: all rings there before the first one here. */
export function neededFor(pins: Pins): string[] {
  return statesOf(pins, (version, tags) => tags.includes(version));
}

function statesOf(pins: Pins, serves: (version: string, tags: readonly string[]) => boolean): string[] {
  const { istio } = pins;
  const others = COMPONENT_NAMES.flatMap((name) =>
    name === 'istio' || pins[name] === undefined ? [] : [`${name} ${pins[name]}`],
  );
  if (!istio) return others;
  const tags = Object.values(istio.tags);
  const [oldest] = istio.versions;
  return [
    ...others,
    ...istio.versions.map((version) => `istio ${version} runs`),
    ...istio.versions.filter((version) => serves(version, tags)).map((version) => `istio ${version} serves every ring`),
    ...(isSettled(istio) ? [`istio ${oldest} runs alone`] : []),
  ];
}

export interface PromotionProps {
  /** Whom the finding is about. */
  readonly object: string;
  /** The environment that comes first. */
  readonly follows: string;
  /** Where that has been. */
  readonly lock: Lock | undefined;
  /** What is needed. */
  readonly needed: readonly string[];
}

/** What an environment may not have yet, because the one that it follows never had it. */
export function promotionFindings({ object, follows, lock, needed }: PromotionProps): Finding[] {
  return needed
    .filter((state) => !lock?.reached.includes(state))
    .map((state) => ({
      ...{ rule: 'upgrades-come-after-the-environment-they-follow', object, path: '', compartment: undefined },
      problem: `Nothing says that ${follows} has been at "${state}".`,
      fix: `Upgrade ${follows} first; once all is well there, write so: bulkhead upgrade ${follows} --reached.`,
    }));
}
