/** The minors that this version is tested against, oldest first. @see https://kubernetes.io/releases/ */
export const KUBERNETES_MINORS = ['1.32', '1.33', '1.34', '1.35', '1.36'] as const;

export type KubernetesMinor = (typeof KUBERNETES_MINORS)[number];
