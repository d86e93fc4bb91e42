import { ROLE_BINDINGS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const bindingsGrantNoReadyMadeRoles: CelRule = {
  id: 'bindings-grant-no-ready-made-roles',
  why: 'The roles edit and admin hold impersonation, tokens, secrets and NetworkPolicies.',
  see: 'https://kubernetes.io/docs/concepts/security/rbac-good-practices/',
  level: 'mandatory',
  on: ROLE_BINDINGS,
  within: TENANTS,
  holds: `
    object.roleRef.kind != 'ClusterRole' || !(object.roleRef.name in ['cluster-admin', 'admin', 'edit'])
  `,
  problem: 'The binding grants a role that can do everything in its namespace.',
  fix: 'Bind a Role of the compartment.',
};
