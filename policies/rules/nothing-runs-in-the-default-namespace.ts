import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { DEFAULT_NAMESPACE } from '../cel/scope';

export const nothingRunsInTheDefaultNamespace: CelRule = {
  id: 'nothing-runs-in-the-default-namespace',
  why: 'It has no owner, no quota and no walls.',
  see: 'https://kubernetes.io/docs/concepts/security/security-checklist/',
  level: 'mandatory',
  on: WORKLOADS,
  within: DEFAULT_NAMESPACE,
  holds: "object.metadata.?namespace.orValue('default') != 'default'",
  problem: 'It would run in the namespace default.',
  fix: 'Name the namespace of a compartment.',
};
