import type { Manifest } from '../manifest';

/** An identity without a mounted token. Who talks to the API server mounts one itself, and says so. */
export function serviceAccount(namespace: string, name: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace },
    automountServiceAccountToken: false,
  };
}
