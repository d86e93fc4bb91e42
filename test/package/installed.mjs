// Packs the package, installs it in an empty folder, and does there what the README says of the library and of a repository of
// one's own.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'bulkhead-package-'));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });

try {
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'example', private: true }));
  writeFileSync(join(folder, 'example.ts'), exampleOf('## For library users'));
  mkdirSync(join(folder, 'stacks', 'environments'), { recursive: true });
  const environment = join('stacks', 'environments', 'dev.ts');
  writeFileSync(join(folder, environment), exampleOf('## In a repository of your own'));
  run('npm', ['install', '--no-audit', '--no-fund', join(folder, filename)], folder);

  const types = ['--strict', '--module', 'node20', '--target', 'es2022'];
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  run(process.execPath, [tsc, ...types, 'example.ts'], folder);
  run(process.execPath, [tsc, ...types, '--noEmit', environment], folder);
  run(process.execPath, ['example.js'], folder);
  const rendered = join(folder, 'dist', 'example', 'reports', 'contents', 'Deployment.apps.page.yaml');
  if (!existsSync(rendered)) throw new Error(`The example wrote no ${rendered}.`);

  const bulkhead = join(folder, 'node_modules', '.bin', 'bulkhead');
  run(bulkhead, ['init', 'app', 'crew/hello'], folder);
  run(bulkhead, ['synth'], folder);
  const hello = join(folder, 'dist', 'dev', 'crew', 'contents', 'Deployment.apps.hello.yaml');
  if (!existsSync(hello)) throw new Error(`synth wrote no ${hello}.`);
  process.stderr.write(`bulkhead ${run(bulkhead, ['--version'], folder).trim()} works in an empty folder\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The example below a heading, as readers copy it. */
function exampleOf(heading) {
  const section = readFileSync(join(root, 'README.md'), 'utf8').split(heading)[1];
  const example = section?.match(/```ts\n([\s\S]*?)```/)?.[1];
  if (!example) throw new Error(`The README has no example below ${heading}.`);
  return example;
}
