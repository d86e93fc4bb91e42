import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { loadAll } from 'js-yaml';
import { findingsOf, judgeManifests, RULES } from '../../policies';
import { formatFinding } from '../../policies/finding';
import { INVARIANTS } from '../../policies/isolation';
import { differences, differencesOutside, INDEPENDENCE } from '../../policies/isolation/independence';
import type { Invariant } from '../../policies/isolation/invariant';
import { Inventory } from '../../policies/isolation/inventory';
import { WAIVERS, type Waiver, waiverLines } from '../../policies/isolation/waivers';
import type { Manifest } from '../../policies/manifest';

const ROOT = path.join(__dirname, '..', '..');
const BROKEN = path.join(ROOT, 'test', 'broken', 'isolation');

/** Examples by file name: `<rule>.yaml`, or `<rule>.<what is special>.yaml` for a further one. */
const EXAMPLES = fs.readdirSync(BROKEN).sort();

function ruleOf(example: string): Invariant | undefined {
  return INVARIANTS.find(({ id }) => id === example.split('.')[0]);
}

function manifestsOf(example: string): Manifest[] {
  return loadAll(fs.readFileSync(path.join(BROKEN, example), 'utf8')) as Manifest[];
}

function linesOf(rule: Invariant, manifests: readonly Manifest[]): string[] {
  return findingsOf(rule, new Inventory(manifests)).map(formatFinding);
}

describe('a broken example gets the findings that stand above it, and its good twins none', () => {
  test.each(EXAMPLES)('%s', (example) => {
    const file = path.join(BROKEN, example);
    const text = fs.readFileSync(file, 'utf8');
    const rule = ruleOf(example);
    const lines = rule ? linesOf(rule, manifestsOf(example)) : [];
    const told = lines.map((line) => `# ${line}\n`).join('');
    if (process.env.UPDATE) fs.writeFileSync(file, told + text.replace(/^(#.*\n)*/, ''));
    expect(lines).not.toEqual([]);
    expect(lines.filter((line) => /\bgood\b/.test(line))).toEqual([]);
    expect(fs.readFileSync(file, 'utf8').match(/^(#.*\n)*/)?.[0]).toBe(told);
  });

  test('and every rule has one', () => {
    expect(INVARIANTS.filter(({ id }) => !EXAMPLES.includes(`${id}.yaml`))).toEqual([]);
    expect(RULES).toEqual(expect.arrayContaining([...INVARIANTS]));
  });
});

test('whatever shape an object has, checks end with findings and not with an error', () => {
  const example = fc.constantFrom(...EXAMPLES.map(manifestsOf));
  const damages = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.jsonValue()), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(example, damages, (manifests, places) => {
      const damaged = places.map(([index, place, value]) => damage(manifests, index, place, value));
      judgeManifests([...manifests, ...damaged]);
    }),
    { numRuns: 200 },
  );
});

/** A copy of one manifest with another value in one place below what every object has. */
function damage(manifests: readonly Manifest[], index: number, place: number, value: unknown): Manifest {
  const { apiVersion, kind, metadata, ...rest } = structuredClone(manifests[index % manifests.length] ?? NOTHING);
  const places = placesIn(rest);
  const [holder, key] = places[place % Math.max(1, places.length)] ?? [];
  if (holder && key !== undefined) Reflect.set(holder, key, value);
  return { ...rest, apiVersion, kind, metadata };
}

const NOTHING: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'nothing' } };

function placesIn(value: unknown): (readonly [holder: object, key: string])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[value, key] as const, ...placesIn(inner)]);
}

describe('a waiver', () => {
  const [rule, object] = ['autoscalers-need-no-observers', 'shop HorizontalPodAutoscaler/web'];
  const waiver: Waiver = { rule, object, why: 'Its queue is all it can go by.', since: '2026-11-23' };
  const manifests = manifestsOf(`${rule}.yaml`);

  test('takes out the finding that it is for, and says so', () => {
    expect(judgeManifests(manifests).findings).toHaveLength(1);
    expect(judgeManifests(manifests, [waiver])).toEqual({ findings: [], waived: [waiver] });
  });

  test('for nothing is a finding', () => {
    const idle = { ...waiver, object: 'shop HorizontalPodAutoscaler/good' };
    const { findings, waived } = judgeManifests(manifests, [waiver, idle]);
    expect(findings.map(formatFinding)).toEqual([
      'shop HorizontalPodAutoscaler/good: "autoscalers-need-no-observers" is waived for it, and nothing breaks that rule. Remove the waiver.',
    ]);
    expect(waived).toEqual([waiver]);
  });

  test('for an object that an environment does not have says nothing of that environment', () => {
    expect(judgeManifests([], [waiver])).toEqual({ findings: [], waived: [] });
  });

  test('is told of, with its reason', () => {
    expect(waiverLines([])).toEqual(['no invariant waived']);
    expect(waiverLines([waiver])).toEqual([
      '1 invariant waived:',
      '  autoscalers-need-no-observers for shop HorizontalPodAutoscaler/web since 2026-11-23: Its queue is all it can go by.',
    ]);
    expect(waiverLines([waiver, waiver])[0]).toBe('2 invariants waived:');
  });

  test('names a rule that there is, and a day', () => {
    const ids = RULES.map(({ id }) => id);
    expect(WAIVERS.filter((each) => !ids.includes(each.rule) || !/^\d{4}-\d\d-\d\d$/.test(each.since))).toEqual([]);
  });
});

describe('two renders', () => {
  const named = (kind: string, namespace: string | undefined, data: unknown): Manifest => ({
    apiVersion: 'v1',
    kind,
    metadata: namespace === undefined ? { name: 'x' } : { name: 'x', namespace },
    data,
  });
  const before = [named('ConfigMap', 'shop', 1), named('ConfigMap', 'logging', 1), named('Secret', 'mesh', 1)];
  const after = [named('ConfigMap', 'logging', 2), named('ConfigMap', 'shop', 1), named('ClusterRole', undefined, 1)];

  test('differ in what was added, removed and changed, wherever it stands', () => {
    expect(differences(before, after)).toEqual([
      { object: 'logging ConfigMap/x', compartment: 'logging', change: 'changed' },
      { object: 'mesh Secret/x', compartment: 'mesh', change: 'removed' },
      { object: 'ClusterRole/x', compartment: undefined, change: 'added' },
    ]);
    expect(differences(before, before)).toEqual([]);
  });

  test('differ outside a compartment unless what has no namespace is said to be part of it', () => {
    const outside = (belongs?: (object: string) => boolean) =>
      differencesOutside(['logging', 'mesh'], before, after, belongs).map(({ object }) => object);
    expect(outside()).toEqual(['ClusterRole/x']);
    expect(outside((object) => object === 'ClusterRole/x')).toEqual([]);
  });
});

test('the page of invariants says what the checks say', () => {
  const file = path.join(ROOT, 'docs', 'invariants.md');
  const page = invariantsPage();
  if (process.env.UPDATE) fs.writeFileSync(file, page);
  expect(fs.readFileSync(file, 'utf8')).toBe(page);
});

interface Statement {
  readonly id: string;
  readonly why: string;
  readonly how: string;
}

function invariantsPage(): string {
  const table = (statements: readonly Statement[]) => [
    '| invariant | why: what happens otherwise | how it is checked |',
    '|---|---|---|',
    ...statements.map(({ id, why, how }) => `| \`${id}\` | ${why} | ${how.replaceAll('|', '\\|')} |`),
  ];
  const waivers = WAIVERS.map(({ rule, object, why, since }) => `| \`${rule}\` | ${object} | ${why} | ${since} |`);
  return [
    '# Isolation invariants',
    '',
    'Written by `UPDATE=1 npx jest test/policies/isolation`; change the checks in `policies/isolation/` instead.',
    '',
    'Observers are what runs on the planes logging and telemetry. Each invariant has an example that breaks it in',
    '`test/broken/isolation/`, with the findings it gets.',
    '',
    '## Of every render',
    '',
    ...table(INVARIANTS),
    '',
    '## Of two renders',
    '',
    ...table(INDEPENDENCE),
    '',
    '## Waived',
    '',
    ...(waivers.length > 0 ? ['| invariant | object | why | since |', '|---|---|---|---|', ...waivers] : ['Nothing.']),
    '',
  ].join('\n');
}
