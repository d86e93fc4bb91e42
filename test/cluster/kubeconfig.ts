import type { Access } from './client';

const NAME = 'bulkhead';

/** A kubeconfig that enters a server as its only user. JSON is YAML, so every client reads it. */
export function kubeconfigOf({ server, ca, token }: Access): string {
  const data = Buffer.from(ca).toString('base64');
  const config: Kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: NAME, cluster: { server, 'certificate-authority-data': data } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: NAME, context: { cluster: NAME, user: 'admin' } }],
    'current-context': NAME,
  };
  return JSON.stringify(config, undefined, 2);
}

/** What `kubeconfigOf` was given. Of other kubeconfigs, it reads none. */
export function accessFrom(kubeconfig: string): Access {
  const { clusters, users } = JSON.parse(kubeconfig) as Kubeconfig;
  const [{ cluster }] = clusters;
  const ca = Buffer.from(cluster['certificate-authority-data'], 'base64').toString();
  return { server: cluster.server, ca, token: users[0].user.token };
}

interface Kubeconfig {
  readonly apiVersion: 'v1';
  readonly kind: 'Config';
  readonly clusters: readonly [
    {
      readonly name: string;
      readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
    },
  ];
  readonly users: readonly [{ readonly name: string; readonly user: { readonly token: string } }];
  readonly contexts: readonly { readonly name: string; readonly context: object }[];
  readonly 'current-context': string;
}
