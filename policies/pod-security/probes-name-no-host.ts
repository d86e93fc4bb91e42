import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { BASELINE } from '../cel/scope';

export const probesNameNoHost: CelRule = {
  id: 'probes-name-no-host',
  why: 'The kubelet would knock wherever the pod tells it to, from inside the node.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  level: 'mandatory',
  on: WORKLOADS,
  within: BASELINE,
  holds: `
    variables.podSecurity < 34 || variables.containers.all(c, [c.?livenessProbe, c.?readinessProbe,
    c.?startupProbe, c.?lifecycle.?preStop, c.?lifecycle.?postStart].all(h, h.?httpGet.?host.orValue('') ==
    '' && h.?tcpSocket.?host.orValue('') == ''))
  `,
  problem: 'A probe or a lifecycle hook names a host.',
  fix: 'Leave out host: the kubelet asks the pod itself.',
};
