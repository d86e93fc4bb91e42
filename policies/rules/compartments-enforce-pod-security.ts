import { NAMESPACES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { COMPARTMENTS } from '../cel/scope';
import { PLANE_LABEL } from '../names';

export const compartmentsEnforcePodSecurity: CelRule = {
  id: 'compartments-enforce-pod-security',
  why: 'Without the label, pods of every sort run; without a version, an upgrade of the cluster changes the rules.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-admission/',
  level: 'mandatory',
  on: NAMESPACES,
  within: COMPARTMENTS,
  holds: `
    (object.metadata.?labels[?'pod-security.kubernetes.io/enforce'].orValue('') == 'restricted' ||
    (object.metadata.?labels[?'${PLANE_LABEL}'].orValue('') in ['logging', 'mesh'] &&
    object.metadata.?labels[?'pod-security.kubernetes.io/enforce'].orValue('') in ['baseline',
    'privileged'])) &&
    object.metadata.?labels[?'pod-security.kubernetes.io/enforce-version'].orValue('').matches('^v1[.][0-9]+$')
  `,
  problem: 'The namespace enforces no Pod Security level that is pinned, or a lower one than its plane may.',
  fix: 'Set the labels pod-security.kubernetes.io/enforce to restricted, and enforce-version to v1.<minor>.',
};
