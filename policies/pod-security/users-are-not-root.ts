import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { RESTRICTED } from '../cel/scope';

export const usersAreNotRoot: CelRule = {
  id: 'users-are-not-root',
  why: 'The user 0 is root, whatever runAsNonRoot says elsewhere.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  level: 'mandatory',
  on: WORKLOADS,
  within: RESTRICTED,
  holds: `
    (variables.podSecurity >= 35 && !variables.spec.?hostUsers.orValue(true)) ||
    variables.contexts.all(s, s.?runAsUser.orValue(1) != 0)
  `,
  problem: 'The user is 0.',
  fix: 'Name another user in runAsUser, or none.',
};
