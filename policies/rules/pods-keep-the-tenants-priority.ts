import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';
import { TENANT_PRIORITY } from '../names';

export const podsKeepTheTenantsPriority: CelRule = {
  id: 'pods-keep-the-tenants-priority',
  why: "A foreign priority pushes other compartments' pods off their nodes.",
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: WORKLOADS,
  within: TENANTS,
  holds: `variables.spec.?priorityClassName.orValue('${TENANT_PRIORITY}').startsWith('${TENANT_PRIORITY}')`,
  problem: "The priority class is not the tenants'.",
  fix: `Name the priority class ${TENANT_PRIORITY}<priority>.`,
};
