import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const podsKeepTheTenantsPriority: CelRule = {
  id: 'pods-keep-the-tenants-priority',
  why: "A foreign priority pushes other compartments' pods off their nodes.",
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: WORKLOADS,
  within: TENANTS,
  holds: "variables.spec.?priorityClassName.orValue('bulkhead-tenant-').startsWith('bulkhead-tenant-')",
  problem: "The priority class is not the tenants'.",
  fix: 'Name the priority class bulkhead-tenant-<priority>.',
};
