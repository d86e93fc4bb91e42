import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { BASELINE } from '../cel/scope';

export const sysctlsAreSafe: CelRule = {
  id: 'sysctls-are-safe',
  why: 'Sysctls outside the namespaced ones change the whole node.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  level: 'mandatory',
  on: WORKLOADS,
  within: BASELINE,
  holds: `
    variables.spec.?securityContext.?sysctls.orValue([]).all(s, s.name in ['kernel.shm_rmid_forced',
    'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range',
    'net.ipv4.ip_unprivileged_port_start'] ||
    (variables.podSecurity >= 27 && s.name == 'net.ipv4.ip_local_reserved_ports') ||
    (variables.podSecurity >= 29 && s.name in ['net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout',
    'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes']) ||
    (variables.podSecurity >= 32 && s.name in ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']))
  `,
  problem: 'A sysctl is not one of the safe ones.',
  fix: 'Leave it out of securityContext.sysctls.',
};
