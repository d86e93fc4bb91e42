import { KUBERNETES_MINORS, type KubernetesMinor } from '../../constructs/kubernetes-minors';

/** Whether a minor is one that the platform knows. Of others nothing is guessed. */
export function isKnownMinor(minor: string | undefined): minor is KubernetesMinor {
  return KUBERNETES_MINORS.some((known) => known === minor);
}
