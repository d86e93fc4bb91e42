import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineTenant, gitopsTree, type TenantSpecInput, writeTree } from '../stacks';
import { compare } from '../stacks/diff/compare';
import { compareTree, renderedTree } from '../stacks/diff/tree';
import { fixtureOf, planOf } from './fixture';
import type { Measurement, Row, Run } from './measurement';
import { processorTimes, seconds } from './stopwatch';
import { inTemporaryFolder } from './temporary-folder';

const OBJECTS = 16_000;

/** Comparing two trees in which every app has another image, against reading the files of both. */
export const differing: Measurement = {
  what: 'comparing two trees',
  isLong: true,
  measure: ({ rounds }: Run) => inTemporaryFolder((folder) => [measureIn(folder, rounds)]),
};

function measureIn(folder: string, rounds: number): Row {
  const { inputs } = fixtureOf(OBJECTS);
  const [before, after] = [join(folder, 'before'), join(folder, 'after')];
  writeTree(before, gitopsTree(planOf(inputs.map(defineTenant))));
  writeTree(after, gitopsTree(planOf(inputs.map(withNewImages).map(defineTenant))));
  const sides = () => compareTree(before, renderedTree(after));
  const changes = compare(sides().before, sides().after).flatMap(({ objects }) => objects);
  const times = processorTimes(rounds, {
    read: () => [readAll(before), readAll(after)],
    compare: () => {
      const { before: old, after: now } = sides();
      return compare(old, now);
    },
  });
  return {
    what: `diff of two trees of ${OBJECTS} objects, ${changes.length} of them changed / reading both`,
    ...{ measured: times.compare / times.read, bound: 'at most', limit: 6, unit: '×' },
    how: `${seconds(times.compare)} / ${seconds(times.read)}`,
  };
}

function withNewImages({ apps = [], ...tenant }: TenantSpecInput): TenantSpecInput {
  return { ...tenant, apps: apps.map((app) => ({ ...app, image: `${app.image}-next` })) };
}

function readAll(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}
