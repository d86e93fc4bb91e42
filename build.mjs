// Bundles the library, the command line and the project's own tools into lib/.
import { build } from 'esbuild';
import buildSchemas from './build-schemas.mjs';

buildSchemas();

const options = {
  outdir: 'lib',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
  // Found beside the bundle: the way by the package's own name for it takes several milliseconds of every start.
  alias: { '#schema/load': './schema/load.js' },
};

// cdk8s and constructs stay outside: one copy for the library, its user and their charts.
await build({
  ...options,
  entryPoints: { index: 'stacks/index.ts', bench: 'bench/index.ts' },
  external: ['cdk8s', 'constructs', 'esbuild', './schema/load.js'],
});

// The command line never meets a user's charts. With everything in one file it starts a fifth sooner; cli answers --version
// by itself and loads main only when there is work.
await build({
  ...options,
  entryPoints: { cli: 'stacks/cli.ts', main: 'stacks/main.ts', docs: 'stacks/docs.ts' },
  external: ['esbuild', './main.js', './schema/load.js'],
});

// What policies/pack starts, as `pulumi preview --policy-pack` asks for it.
await build({
  ...options,
  entryPoints: { 'policy-pack': 'stacks/policy-pack.ts' },
  external: ['cdk8s', 'constructs', 'esbuild', './schema/load.js'],
});

// Pulumi and its program's own resources must be one copy, and importing them is nothing that any other command pays for.
await build({
  ...options,
  entryPoints: { pulumi: 'stacks/outputs/pulumi.ts', 'pulumi-program': 'stacks/pulumi-program.ts' },
  external: ['@pulumi/*', 'cdk8s', 'constructs', 'esbuild', './schema/load.js'],
});
