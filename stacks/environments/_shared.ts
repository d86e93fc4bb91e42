import type { EnvironmentInput } from '../../constructs/environment';

/** What all environments have in common. Whatever may differ stands in their own files. */
export const shared = {
  kubernetes: '1.36',
  podSecurity: 'v1.36',
  owner: 'platform-engineers',
  mesh: {
    versions: ['1.30.3'],
    tags: { stable: '1.30.3' },
    gatewayApi: '1.5.1',
    cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  },
} satisfies Partial<EnvironmentInput>;
