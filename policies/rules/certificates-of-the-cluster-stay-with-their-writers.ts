import { CONFIG_MAPS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';
import { MESH } from '../names';

export const certificatesOfTheClusterStayWithTheirWriters: CelRule = {
  id: 'certificates-of-the-cluster-stay-with-their-writers',
  why: 'Pods trust whatever stands in these ConfigMaps.',
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: CONFIG_MAPS,
  within: TENANTS,
  holds: `
    !(object.metadata.name in ['kube-root-ca.crt', 'istio-ca-root-cert', 'istio-ca-crl']) ||
    request.userInfo.username in ['system:kube-controller-manager',
    'system:serviceaccount:kube-system:root-ca-cert-publisher'] ||
    request.userInfo.username.startsWith('system:serviceaccount:${MESH}:')
  `,
  problem: 'The ConfigMap holds certificates that every pod trusts.',
  fix: 'Choose another name.',
};
