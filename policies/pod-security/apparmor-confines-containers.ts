import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { BASELINE } from '../cel/scope';

export const apparmorConfinesContainers: CelRule = {
  id: 'apparmor-confines-containers',
  why: 'An unconfined container meets no second wall after the first.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  level: 'mandatory',
  on: WORKLOADS,
  within: BASELINE,
  holds: `
    variables.contexts.all(s, s.?appArmorProfile.?type.orValue('RuntimeDefault') in ['RuntimeDefault',
    'Localhost']) &&
    variables.annotations.all(k, !k.startsWith('container.apparmor.security.beta.kubernetes.io/') ||
    variables.annotations[k] in ['', 'runtime/default'] ||
    variables.annotations[k].startsWith('localhost/'))
  `,
  problem: 'An AppArmor profile is switched off.',
  fix: 'Use the type RuntimeDefault or Localhost, or say nothing.',
};
