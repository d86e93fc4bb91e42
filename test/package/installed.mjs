// Packs the package, installs it in an empty folder, and type-checks and runs the README's library example there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'bulkhead-package-'));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });

try {
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'example', private: true }));
  writeFileSync(join(folder, 'example.ts'), libraryExample());
  run('npm', ['install', '--no-audit', '--no-fund', join(folder, filename)], folder);

  const types = ['--strict', '--module', 'node20', '--target', 'es2022', 'example.ts'];
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...types], folder);
  run(process.execPath, ['example.js'], folder);
  const rendered = join(folder, 'dist', 'example', 'reports', 'contents', 'Deployment.apps.page.yaml');
  if (!existsSync(rendered)) throw new Error(`The example wrote no ${rendered}.`);

  const bulkhead = join(folder, 'node_modules', '.bin', 'bulkhead');
  process.stderr.write(`bulkhead ${run(bulkhead, ['--version'], folder).trim()} works in an empty folder\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The example as readers copy it. */
function libraryExample() {
  const section = readFileSync(join(root, 'README.md'), 'utf8').split('## For library users')[1];
  const example = section?.match(/```ts\n([\s\S]*?)```/)?.[1];
  if (!example) throw new Error('The README has no library example.');
  return example;
}
