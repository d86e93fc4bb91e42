import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const containersStateTheirNeeds: CelRule = {
  id: 'containers-state-their-needs',
  why: 'Without requests the scheduler fills a node blindly; without a memory limit one leak takes the node.',
  see: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/',
  level: 'mandatory',
  on: WRITTEN,
  within: TENANTS,
  holds: `
    variables.containers.all(c, ['cpu', 'memory'].all(k, k in c.?resources.?requests.orValue({})) &&
    'memory' in c.?resources.?limits.orValue({}))
  `,
  problem: 'A container lacks a request or its memory limit.',
  fix: 'Set resources.requests.cpu, resources.requests.memory and resources.limits.memory.',
};
