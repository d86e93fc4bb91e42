import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Folder, gitopsTree, writeTree } from '../stacks';
import { fixtureOf, planOf } from './fixture';
import type { Measurement, Row, Run } from './measurement';
import { processorTimes, seconds } from './stopwatch';
import { inTemporaryFolder } from './temporary-folder';

const OBJECTS = 16_000;

/** Writing a tree that is there already, against reading all its files. */
export const rewrite: Measurement = {
  what: 'writing an unchanged tree',
  isLong: false,
  measure: ({ rounds }: Run) => inTemporaryFolder((folder) => [measureIn(join(folder, 'tree'), rounds)]),
};

function measureIn(root: string, rounds: number): Row {
  const { specs, inputs } = fixtureOf(OBJECTS);
  const folders = gitopsTree(planOf(specs), new Map(inputs.map((input) => [input.name, input])));
  writeTree(root, folders, new Set());
  const files = filesBelow(root);
  const times = processorTimes(rounds, {
    read: () => files.map((file) => readFileSync(file, 'utf8')),
    write: () => writeAgain(root, folders),
  });
  return {
    what: 'write the tree again, nothing changed / read its files',
    ...{ measured: times.write / times.read, bound: 'at most', limit: 1.5, unit: '×' },
    how: `${files.length} files: ${seconds(times.write)} / ${seconds(times.read)}`,
  };
}

function writeAgain(root: string, folders: readonly Folder[]): void {
  const { written, deleted } = writeTree(root, folders, new Set());
  if (written.length + deleted.length > 0) throw new Error('The tree changed although its input did not.');
}

function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
