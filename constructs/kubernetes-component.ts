import type { Component } from './component';
import { KUBERNETES_MINORS } from './kubernetes-minors';

/** Kubernetes itself, which its provider or an installer moves: nothing that is rendered follows from its minor. */
export const KUBERNETES: Component = {
  title: 'Kubernetes',
  versions: KUBERNETES_MINORS,
  reach: { minors: 1, source: 'https://kubernetes.io/releases/version-skew-policy/#supported-component-upgrade-order' },
  budget: { compartments: [], rings: 0, why: 'no manifest says the minor of the cluster' },
  behaviours: [
    {
      since: '1.34',
      what: 'The baseline Pod Security Standard of this version refuses probes that name a host. It holds once podSecurity is raised.',
      where: [
        { kind: 'Deployment.apps', path: 'spec.template.spec.containers[].livenessProbe.httpGet.host' },
        { kind: 'Deployment.apps', path: 'spec.template.spec.containers[].readinessProbe.httpGet.host' },
      ],
      source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
    },
    {
      since: '1.36',
      what: 'The API server warns of spec.externalIPs.',
      where: [{ kind: 'Service', path: 'spec.externalIPs' }],
      source: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/',
    },
  ],
  oneWays: [
    {
      since: 'every',
      why: 'No API server goes back to an older minor: the newer one may have written what the older one cannot read.',
      save: 'Take a snapshot of etcd, or a backup of the cluster by its provider, and note its name.',
      source: 'https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-upgrade/',
    },
  ],
  waits: [
    'the API server answers with the new minor',
    'every node is Ready with the new minor: control plane first, then nodes, never the other way round',
    'no webhook is called in vain and no pod is Pending: bulkhead preflight says so',
  ],
};
