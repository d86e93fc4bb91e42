import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { BASELINE } from '../cel/scope';

export const podsAreNoHostProcesses: CelRule = {
  id: 'pods-are-no-host-processes',
  why: 'A host process runs on the Windows node itself.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  level: 'mandatory',
  on: WORKLOADS,
  within: BASELINE,
  holds: 'variables.contexts.all(s, !s.?windowsOptions.?hostProcess.orValue(false))',
  problem: 'A container runs as a host process of its node.',
  fix: 'Leave out windowsOptions.hostProcess.',
};
