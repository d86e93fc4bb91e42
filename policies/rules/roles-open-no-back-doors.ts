import { ROLES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const rolesOpenNoBackDoors: CelRule = {
  id: 'roles-open-no-back-doors',
  why: 'Whoever may enter pods or take tokens has the rights of every app of the compartment.',
  see: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/',
  level: 'mandatory',
  on: ROLES,
  within: TENANTS,
  holds: `
    !has(object.rules) || dyn(object.rules) == null ||
    object.rules.all(r, r.?resources.orValue([]).all(x, !(x in ['secrets', 'serviceaccounts/token',
    'pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'pods/ephemeralcontainers',
    'services/proxy'])))
  `,
  problem: 'The role opens a way around the walls of the apps.',
  fix: 'Leave out secrets, tokens and ways into running pods.',
};
