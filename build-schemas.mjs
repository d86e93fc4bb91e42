// Writes lib/schema: what each minor serves and every definition, a line each, and a module that parses only the lines asked for.
// Nothing is done as long as neither the data nor this has changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(import.meta.url);
const data = join(own, '..', 'policies', 'schema', 'schemas.jsonl');
const folder = join(own, '..', 'lib', 'schema');

/** The build calls it, and jest before all tests: they need no other build. */
export default function buildSchemas() {
  const text = readFileSync(data, 'utf8');
  const stamp = createHash('sha256').update(text).update(readFileSync(own)).digest('hex');
  const stampFile = join(folder, 'stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'lines.jsonl'),
    linesOf(text)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  writeFileSync(join(folder, 'load.js'), LOAD);
  writeFileSync(stampFile, stamp);
}

/** A name and what it stands for: the number of a minor for its catalog, the name of a definition for its schema. */
function linesOf(text) {
  const [, ...lines] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const minors = lines.filter((line) => !Array.isArray(line));
  const catalogs = minors.map((minor, index) => [minor.minor, catalog(minor, minors.slice(index + 1))]);
  return [...catalogs, ...lines.filter(Array.isArray)];
}

/** What a minor serves, and which later minor is the first that no longer does. */
function catalog({ customGroups, kinds }, later) {
  const removals = Object.keys(kinds).map((kind) => [kind, later.find((minor) => !(kind in minor.kinds))?.minor]);
  const removed = Object.fromEntries(removals.filter(([, minor]) => minor !== undefined));
  return { customGroups, kinds, removed };
}

const LOAD = `'use strict';
const { readFileSync } = require('node:fs');

const text = readFileSync(require('node:path').join(__dirname, 'lines.jsonl'), 'utf8');
const places = new Map();
for (let start = 0, end = 0; start < text.length; start = end + 1) {
  end = text.indexOf('\\n', start);
  places.set(text.slice(start + 2, text.indexOf('"', start + 2)), start);
}

module.exports = function load(name) {
  const start = places.get(name);
  if (start === undefined) throw new Error('There is no schema called ' + name + '.');
  return JSON.parse(text.slice(start, text.indexOf('\\n', start)))[1];
};
`;
