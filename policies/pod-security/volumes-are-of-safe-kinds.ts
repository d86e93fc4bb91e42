import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { RESTRICTED } from '../cel/scope';

export const volumesAreOfSafeKinds: CelRule = {
  id: 'volumes-are-of-safe-kinds',
  why: 'Other kinds of volumes mount what the cluster does not manage, as root on the node.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  level: 'mandatory',
  on: WORKLOADS,
  within: RESTRICTED,
  holds: `
    variables.volumes.all(v, v.all(k, k in ['name', 'configMap', 'csi', 'downwardAPI', 'emptyDir',
    'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret']))
  `,
  problem: 'A volume is of a kind that is not safe.',
  fix: 'Use configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected or secret.',
};
