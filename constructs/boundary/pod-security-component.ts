import type { Component } from '../component';
import { KUBERNETES_MINORS } from '../kubernetes-minors';

/** The version of the Pod Security Standards that namespaces are held to: a pin of its own. */
export const POD_SECURITY: Component = {
  title: 'Pod Security Standards',
  versions: KUBERNETES_MINORS.map((minor) => `v${minor}`),
  reach: {
    minors: KUBERNETES_MINORS.length,
    source: 'https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-levels',
  },
  budget: {
    compartments: ['*'],
    kinds: ['Namespace', 'ValidatingAdmissionPolicy.admissionregistration.k8s.io', 'ReplicaSet.apps'],
    rings: 0,
    why: 'a label of every namespace and the rules at admission say the version, and what proves that they bite their mark',
  },
  behaviours: [
    {
      since: 'v1.34',
      what: 'Baseline refuses probes and lifecycle handlers that name a host.',
      source: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
    },
  ],
  oneWays: [],
  waits: ['new pods are admitted in every compartment; running ones are not judged again'],
};
