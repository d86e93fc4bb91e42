// Bundles the CLI and the library. cdk8s and constructs stay external: one copy for us, the library user and their charts.
import { build } from 'esbuild';

await build({
  entryPoints: {
    cli: 'stacks/cli.ts', // answers --version itself and loads main only when there is work
    main: 'stacks/main.ts',
    index: 'stacks/index.ts',
    docs: 'stacks/docs.ts',
    bench: 'bench/index.ts',
  },
  outdir: 'lib',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['cdk8s', 'constructs', 'esbuild', './main.js'],
  logLevel: 'warning',
});
