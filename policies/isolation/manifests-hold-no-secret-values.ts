import type { Invariant } from './invariant';
import { at, fieldsOf } from './json';

/** What is rendered is read by whoever reads the repository: no Secret in it has a value. */
export const manifestsHoldNoSecretValues: Invariant = {
  id: 'manifests-hold-no-secret-values',
  why: 'Whoever may read the repository, its backups or a pull request has the password, for as long as the history is kept.',
  how: 'The data and stringData of every rendered Secret are empty.',
  *check(inventory) {
    for (const manifest of inventory.of('', 'Secret')) {
      for (const path of ['data', 'stringData']) {
        if (Object.keys(fieldsOf(at(manifest, path))).length === 0) continue;
        const fix = 'Render a reference, such as an ExternalSecret, and keep the value in a secret store.';
        yield { manifest, path, problem: 'It holds values for everybody to read.', fix };
      }
    }
  },
};
