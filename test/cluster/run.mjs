// Runs a TypeScript file of this folder: node test/cluster/run.mjs <file without .ts> [arguments].
// Our own files are bundled in memory; packages are resolved as usual, and nothing is written to disk.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { buildSync } from 'esbuild';

const [, , name] = process.argv;
const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
const { outputFiles } = buildSync({
  entryPoints: [file],
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'inline',
  write: false,
});
process.setSourceMapsEnabled(true);
const run = compileFunction(outputFiles[0].text, ['require', 'exports', 'module', '__dirname'], { filename: file });
const module = { exports: {} };
run(createRequire(file), module.exports, module, dirname(file));
