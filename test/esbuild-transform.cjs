// Jest transformer: strips types with esbuild. Type errors are tsc's job (`npm run typecheck`).
const { transformSync } = require('esbuild');

/**
 * Jest runs every file in a context of its own, where each use of a global asks the context for it: some ten times as slow as
 * a variable, which made hashing and printing the longest part of the tests.
 */
const GLOBALS = ['Array', 'BigInt', 'JSON', 'Map', 'Math', 'Number', 'Object', 'RegExp', 'Set', 'String'];

module.exports = {
  process(source, file) {
    const { code, map } = transformSync(source, {
      loader: file.endsWith('.ts') ? 'ts' : 'js',
      format: 'cjs',
      target: 'node20',
      sourcefile: file,
      sourcemap: true,
      banner: `const { ${GLOBALS.join(', ')} } = globalThis;`,
    });
    return { code, map };
  },
};
