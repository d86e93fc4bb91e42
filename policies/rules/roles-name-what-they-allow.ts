import { ROLES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { COMPARTMENTS } from '../cel/scope';

export const rolesNameWhatTheyAllow: CelRule = {
  id: 'roles-name-what-they-allow',
  why: 'A wildcard also allows what is invented tomorrow; escalate, bind and impersonate allow everything.',
  see: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/',
  level: 'mandatory',
  on: ROLES,
  within: COMPARTMENTS,
  holds: `
    !has(object.rules) || dyn(object.rules) == null ||
    object.rules.all(r, r.verbs.all(v, !(v in ['*', 'escalate', 'bind', 'impersonate'])) &&
    r.?apiGroups.orValue([]).all(g, g != '*') &&
    r.?resources.orValue([]).all(x, !x.contains('*')))
  `,
  problem: 'The role allows everything of a sort.',
  fix: 'Name the verbs, groups and resources that are needed.',
};
