import type { Finding } from '../finding';
import type { Manifest } from '../manifest';
import { nameObject } from '../rule';

/**
 * Holds what is rendered for the API server against what makes it enforce the rules. Without this the other gates would go on
 * judging, and nobody would see that whoever passes them by is stopped by nothing.
 */
export function checkAdmission(manifests: readonly Manifest[], expected: readonly Manifest[]): Finding[] {
  const rendered = new Map(manifests.map((manifest) => [nameObject(manifest), manifest]));
  return expected.flatMap((policy): Finding[] => {
    const object = nameObject(policy);
    const found = rendered.get(object);
    // By their text: both are made by the same hand, so that even the order of members is the same.
    if (found && JSON.stringify(found.spec) === JSON.stringify(policy.spec)) return [];
    return [
      {
        ...{ rule: 'the-api-server-enforces-the-rules', object, path: found ? 'spec' : '', compartment: undefined },
        problem: found ? 'It says something else than the rules do.' : 'It is missing: the API server refuses nothing.',
        fix: 'Render it as the rules say it.',
      },
    ];
  });
}
