import { execFileSync } from 'node:child_process';

/** The cluster that an operator means, as kubectl knows it. */
export interface Target {
  /** Path of a kubeconfig. @default - kubectl's own */
  readonly kubeconfig?: string | undefined;
  /** @default - the kubeconfig's current context */
  readonly context?: string | undefined;
}

/** Runs kubectl with arguments and input, and returns what it prints; throws what `reasonOf` explains. */
export type Kubectl = (args: readonly string[], input?: string) => string;

/** Asks kubectl, which knows every way to sign in to a cluster that an operator may have set up. */
export function kubectlAt({ kubeconfig, context }: Target): Kubectl {
  const target = [...flag('kubeconfig', kubeconfig), ...flag('context', context)];
  return (args, input = '') =>
    execFileSync('kubectl', [...target, ...args], { encoding: 'utf8', input, maxBuffer: 1 << 30, stdio: 'pipe' });
}

function flag(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`--${name}=${value}`];
}

/** Why kubectl gave no answer, in a sentence. */
export function reasonOf(error: unknown): string {
  const { code, stderr } = error as { code?: string; stderr?: string };
  if (code === 'ENOENT') return 'There is no kubectl on the PATH. Install it: it knows how to reach the cluster.';
  return `The cluster does not answer: ${(stderr ?? '').trim().split('\n').at(-1) ?? ''}`;
}
