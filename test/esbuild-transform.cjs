// Jest transformer: strips types with esbuild. Type errors are tsc's job (`npm run typecheck`).
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { transformSync } = require('esbuild');

/**
 * Jest runs every file in a context of its own, where each use of a global asks the context for it: some ten times as slow as
 * a variable, which made hashing and printing the longest part of the tests.
 */
const GLOBALS = ['Array', 'BigInt', 'JSON', 'Map', 'Math', 'Number', 'Object', 'RegExp', 'Set', 'String'];

/** Jest keeps what was transformed, and would not notice that this file does it otherwise now. */
const OWN = readFileSync(__filename);

module.exports = {
  getCacheKey(source, file) {
    return createHash('sha256').update(OWN).update(file).update('\0').update(source).digest('hex');
  },
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
