import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { BASELINE } from '../cel/scope';

export const selinuxTypesAreThoseOfContainers: CelRule = {
  id: 'selinux-types-are-those-of-containers',
  why: 'Another type, user or role lets a container out of what SELinux allows it.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  level: 'mandatory',
  on: WORKLOADS,
  within: BASELINE,
  holds: `
    variables.contexts.all(s, (s.?seLinuxOptions.?type.orValue('') in ['', 'container_t',
    'container_init_t', 'container_kvm_t'] || (variables.podSecurity >= 31 && s.seLinuxOptions.type ==
    'container_engine_t')) &&
    s.?seLinuxOptions.?user.orValue('') == '' &&
    s.?seLinuxOptions.?role.orValue('') == '')
  `,
  problem: 'SELinux options are not those of a container.',
  fix: 'Leave out user and role, and name a type of containers.',
};
