import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { listEnvironments, loadEnvironment } from '../../stacks/load/environments';
import { loadTenants } from '../../stacks/load/tenants';
import { recordText } from '../../stacks/outputs/gitops/record';
import { gitopsTree } from '../../stacks/outputs/gitops/tree';
import { passageFiles } from '../../stacks/outputs/passages';
import { referencePages } from '../../stacks/reference';
import { render } from '../../stacks/render';
import { rulesPage } from '../../stacks/rules-page';

const ROOT = join(__dirname, '..', '..');
const GOLDEN = join(ROOT, 'test', 'golden');
const ENVIRONMENTS = join(ROOT, 'stacks', 'environments');

/** Every file below a folder, by its path. */
function readTree(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}

/** Every file of an environment's tree, by its path. */
function renderTree(name: string, tenants = loadTenants(join(ROOT, 'tenants'))): Map<string, string> {
  const { plan, proof, inputs, findings } = render(loadEnvironment(ENVIRONMENTS, name), tenants, NOTHING_EARLIER);
  expect(findings).toEqual([]);
  const folders = plan ? gitopsTree(plan, inputs) : [];
  return new Map([
    ...(proof ? passageFiles(name, proof) : []),
    ...folders.flatMap(({ name, files, input }) => [
      [`${name}/.bulkhead.json`, recordText(files.keys(), input)] as const,
      ...[...files].map(([path, text]) => [`${name}/${path}`, text] as const),
    ]),
  ]);
}

/** What differs between two trees, told shortly: at most five files in full. */
function differences(golden: ReadonlyMap<string, string>, rendered: ReadonlyMap<string, string>) {
  const changed = [...rendered].filter(([path, text]) => golden.has(path) && golden.get(path) !== text);
  return {
    missing: [...golden.keys()].filter((path) => !rendered.has(path)),
    extra: [...rendered.keys()].filter((path) => !golden.has(path)),
    changed: changed.slice(0, 5).map(([path, text]) => ({ path, golden: golden.get(path), rendered: text })),
    changedInAll: changed.length,
  };
}

const NONE = { missing: [], extra: [], changed: [], changedInAll: 0 };

test.each(listEnvironments(ENVIRONMENTS))('%s renders to the golden tree (npm run golden rewrites it)', (name) => {
  expect(differences(readTree(join(GOLDEN, name)), renderTree(name))).toEqual(NONE);
});

test('there is a golden tree for every environment, and for no other', () => {
  expect(readdirSync(GOLDEN).sort()).toEqual(listEnvironments(ENVIRONMENTS));
});

test('the golden comparison sees a missing, an extra and a changed file', () => {
  const golden = new Map([
    ['a', '1'],
    ['b', '2'],
  ]);
  expect(
    differences(
      golden,
      new Map([
        ['b', '3'],
        ['c', '4'],
      ]),
    ),
  ).toEqual({
    missing: ['a'],
    extra: ['c'],
    changed: [{ path: 'b', golden: '2', rendered: '3' }],
    changedInAll: 1,
  });
});

test('the order in which tenants are read changes no byte', () => {
  const tenants = loadTenants(join(ROOT, 'tenants'));
  const inOrder = [...renderTree('prod', tenants)].sort();
  expect([...renderTree('prod', tenants.toReversed())].sort()).toEqual(inOrder);
});

test('the reference pages say what the schemas say (npm run docs rewrites them)', () => {
  expect(readTree(join(ROOT, 'docs', 'reference'))).toEqual(referencePages());
});

test('the page about the rules says what the rules say (npm run docs rewrites it)', () => {
  expect(readFileSync(join(ROOT, 'docs', 'rules', 'README.md'), 'utf8')).toBe(rulesPage());
});
