import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { BASELINE } from '../cel/scope';

export const seccompIsNotSwitchedOff: CelRule = {
  id: 'seccomp-is-not-switched-off',
  why: 'Without seccomp a container may make every call to the kernel.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  level: 'mandatory',
  on: WORKLOADS,
  within: BASELINE,
  holds: `
    variables.contexts.all(s, s.?seccompProfile.?type.orValue('RuntimeDefault') in ['RuntimeDefault',
    'Localhost'])
  `,
  problem: 'A seccomp profile is Unconfined.',
  fix: 'Use the type RuntimeDefault or Localhost.',
};
