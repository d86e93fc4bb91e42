import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { BASELINE } from '../cel/scope';

export const containersAddHarmlessCapabilitiesOnly: CelRule = {
  id: 'containers-add-harmless-capabilities-only',
  why: 'Capabilities such as SYS_ADMIN are root by another name.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  level: 'mandatory',
  on: WORKLOADS,
  within: BASELINE,
  holds: `
    variables.containers.all(c, c.?securityContext.?capabilities.?add.orValue([]).all(a, a in
    ['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE',
    'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT']))
  `,
  problem: 'A container adds a capability beyond those that every container has.',
  fix: 'Leave it out of securityContext.capabilities.add.',
};
