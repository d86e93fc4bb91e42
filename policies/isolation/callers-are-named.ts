import type { Invariant } from './invariant';
import { at, type Fields, fieldsOf, listOf, textsOf } from './json';

/** What a source can name somebody by. `not…` names everybody else. */
const NAMING = [
  'principals',
  'requestPrincipals',
  'namespaces',
  'serviceAccounts',
  'ipBlocks',
  'remoteIpBlocks',
] as const;

/** Every AuthorizationPolicy that lets requests through names who may send them. */
export const callersAreNamed: Invariant = {
  id: 'callers-are-named',
  why: 'A rule without callers lets everybody in, and looks like one that lets in a few.',
  how: 'Each rule of an AuthorizationPolicy with action ALLOW (or none) has sources, and each source names somebody and not "*".',
  *check(inventory) {
    for (const manifest of inventory.of('security.istio.io', 'AuthorizationPolicy')) {
      if ((at(manifest, 'spec', 'action') ?? 'ALLOW') !== 'ALLOW') continue;
      for (const [index, rule] of listOf(at(manifest, 'spec', 'rules')).entries()) {
        const sources = listOf(at(rule, 'from')).map((from) => fieldsOf(at(from, 'source')));
        const path = `spec.rules[${index}].from`;
        const fix = 'Name the principals that may call.';
        if (sources.length === 0) yield { manifest, path, problem: 'No callers means every caller.', fix };
        for (const [position, source] of sources.entries()) {
          const problem = fault(source);
          if (problem) yield { manifest, path: `${path}[${position}].source`, problem, fix };
        }
      }
    }
  },
};

function fault(source: Fields): string | undefined {
  const names = NAMING.flatMap((key) => textsOf(source[key]));
  if (names.length === 0) return 'It names nobody, which means everybody.';
  const wide = names.find((name) => name.startsWith('*') || /\/0$/.test(name));
  return wide === undefined ? undefined : `"${wide}" is everybody.`;
}
