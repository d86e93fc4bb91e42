import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..');

/** What a folder may import: folders of ours and packages. Built-in modules only where something touches the disk. */
const ARROWS: Readonly<Record<string, { folders: readonly string[]; packages: readonly string[]; builtIns: boolean }>> =
  {
    constructs: {
      folders: ['constructs'],
      packages: ['cdk8s', 'constructs', 'zod', 'kubernetes-types'],
      builtIns: false,
    },
    policies: { folders: ['policies'], packages: ['@marcbachmann/cel-js'], builtIns: false },
    stacks: {
      folders: ['stacks', 'constructs', 'policies'],
      packages: [
        'cdk8s',
        'constructs',
        'zod',
        'js-yaml',
        'commander',
        'esbuild',
        '@pulumi/pulumi',
        '@pulumi/kubernetes',
      ],
      builtIns: true,
    },
  };

/** Every TypeScript file of a folder, by its path from the root. */
function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
    .sort();
}

/** What a file imports, types included: paths from the root for files of ours, names as written for packages. */
function importsOf(file: string, text = readFileSync(join(ROOT, file), 'utf8')): string[] {
  return ts
    .preProcessFile(text)
    .importedFiles.map(({ fileName }) => (fileName.startsWith('.') ? normalize(join(file, '..', fileName)) : fileName));
}

/** What is wrong with one import of a file, or nothing. */
function wrongArrow(file: string, imported: string): string | undefined {
  const folder = file.split('/')[0] ?? '';
  const arrows = ARROWS[folder];
  if (!arrows || imported === 'package.json') return undefined;
  const target = imported.startsWith('@') ? imported : (imported.split('/')[0] ?? '');
  const allowed = imported.startsWith('node:')
    ? arrows.builtIns
    : target in ARROWS || target === 'test' || target === 'bench' || target === 'tenants'
      ? arrows.folders.includes(target)
      : arrows.packages.includes(target);
  return allowed ? undefined : `${file} imports ${imported}`;
}

/** The first circle of imports, as the files on it. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...trail, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

const files = Object.keys(ARROWS).flatMap(sources);

/** `constructs/boundary` names a file or a folder's index. */
function resolveImport(imported: string): string {
  return [`${imported}.ts`, `${imported}/index.ts`].find((file) => files.includes(file)) ?? imported;
}

test('imports run one way: stacks to constructs and policies, and nothing back', () => {
  expect(files.flatMap((file) => importsOf(file).flatMap((imported) => wrongArrow(file, imported) ?? []))).toEqual([]);
});

test('no imports run in a circle, types included', () => {
  const graph = new Map(files.map((file) => [file, importsOf(file).map(resolveImport)]));
  expect(findCycle(graph)).toBeUndefined();
});

/** Every file that `start` imports, directly or not. */
function reachableFrom(start: string): Set<string> {
  const reached = new Set([start]);
  for (const file of reached) {
    const imports = importsOf(file).map(resolveImport);
    for (const imported of imports) if (files.includes(imported)) reached.add(imported);
  }
  return reached;
}

test('importing Pulumi is nothing that the command line or the library pays for', () => {
  const importers = files.filter((file) => importsOf(file).some((imported) => imported.startsWith('@pulumi/')));
  expect(importers.filter((file) => importsOf(file).includes('@pulumi/kubernetes'))).toEqual([
    'stacks/outputs/pulumi.ts',
  ]);
  for (const entry of ['stacks/main.ts', 'stacks/index.ts']) {
    const reached = reachableFrom(entry);
    expect(importers.filter((file) => reached.has(file))).toEqual([]);
  }
});

test('the checks above see what they must refuse', () => {
  expect(wrongArrow('constructs/app.ts', 'stacks/plan')).toBe('constructs/app.ts imports stacks/plan');
  expect(wrongArrow('constructs/app.ts', 'node:fs')).toBe('constructs/app.ts imports node:fs');
  expect(wrongArrow('policies/index.ts', 'constructs/manifest')).toBe('policies/index.ts imports constructs/manifest');
  expect(importsOf('constructs/x.ts', "import type { A } from './a';\nexport * from '../stacks/b';")).toEqual([
    'constructs/a',
    'stacks/b',
  ]);
  expect(
    findCycle(
      new Map([
        ['a', ['b']],
        ['b', ['c']],
        ['c', ['b']],
      ]),
    ),
  ).toEqual(['b', 'c', 'b']);
});

test('no code asks for the name of an environment', () => {
  const comparison = /[=!]==?\s*'(dev|staging|prod)'|case '(dev|staging|prod)'/;
  expect(comparison.test("if (name === 'prod')")).toBe(true);
  const offenders = files.filter((file) => comparison.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(offenders).toEqual([]);
});

test('nothing that builds asks the clock, chance or the process', () => {
  const impure = /\b(Date\.now|new Date|Math\.random|process\.|performance\.|crypto\.)/;
  const building = files.filter(
    (file) =>
      !file.startsWith('stacks/') ||
      /^stacks\/(plan|order|render|kinds|emit|outputs\/gitops\/(argo|flux|tree|delivery))/.test(file),
  );
  const offenders = building.filter((file) => impure.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(offenders).toEqual([]);
});

test('a decision has the number of its file', () => {
  const folder = join(ROOT, 'docs', 'decisions');
  const wrong = readdirSync(folder).filter((file) => {
    const [heading = ''] = readFileSync(join(folder, file), 'utf8').split('\n');
    return !heading.startsWith(`# ${Number(file.slice(0, 4))}. `);
  });
  expect(wrong).toEqual([]);
});
