import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { BASELINE } from '../cel/scope';

export const volumesMountNoHostPath: CelRule = {
  id: 'volumes-mount-no-host-path',
  why: 'A path of the node is a way into the node, and into what other pods left there.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  level: 'mandatory',
  on: WORKLOADS,
  within: BASELINE,
  holds: 'variables.volumes.all(v, !has(v.hostPath))',
  problem: 'A volume is a path of the node.',
  fix: 'Use an emptyDir or a persistentVolumeClaim.',
};
