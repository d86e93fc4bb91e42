import { environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { Platform } from '../../constructs/platform';
import { type TenantSpecInput, tenantSpecSchema } from '../../constructs/tenant-spec';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { manifestsOf, PlanError, plan } from '../../stacks/plan';
import { render } from '../../stacks/render';

const environment = environmentSchema.parse({
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
  mesh: {
    versions: ['1.30.3'],
    tags: { stable: '1.30.3' },
    gatewayApi: '1.5.1',
    cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  },
  provisioners: {
    redis: { default: { kind: 'existing', host: 'shared.example.net', port: 6379, cidrs: ['192.0.2.1/32'] } },
  },
  outside: {
    'shared.example.net': { cidrs: ['192.0.2.1/32', '192.0.2.2/32'], ports: [443, 8443] },
    'api.stripe.com': { cidrs: ['198.51.100.0/24'] },
  },
});

const image = `images.example.com/app:1@sha256:${'1'.repeat(64)}`;

function shopWith(egress: Readonly<Record<string, string>>) {
  return tenantSpecSchema.parse({
    ...{ name: 'shop', owner: 'shop-developers', domain: 'shop' },
    apps: [
      { name: 'web', image, egress, uses: { cache: { type: 'redis' } } },
      { name: 'other', image },
    ],
  } satisfies TenantSpecInput);
}

function waysOf(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((each) => each.kind === kind && /\.(com|net)$/.test(each.metadata.name));
}

const EGRESS = {
  'api.stripe.com': 'takes the money',
  'shared.example.net:8443': 'asks',
  'shared.example.net:443': 'tells',
};

test('opens the way to each host once, with what is named and not what is merely allowed, and the proof finds no more', () => {
  const spec = shopWith(EGRESS);
  const tenant = { name: 'shop', spec, findings: [], locate: () => ({ object: 'shop', path: '' }), says: () => true };
  const { findings, plan: planned } = render(
    { name: 'prod', file: 'prod.ts', environment, findings: [] },
    [tenant],
    NOTHING_EARLIER,
  );
  expect(findings).toEqual([]);
  const manifests = planned ? manifestsOf(planned).filter(({ metadata }) => metadata.namespace === 'shop') : [];
  const tcp = (port: number) => ({ protocol: 'TCP', port });
  const web = { matchLabels: { 'bulkhead.dev/app': 'web' } };
  expect(waysOf(manifests, 'NetworkPolicy').map(({ spec }) => spec)).toEqual([
    {
      policyTypes: ['Egress'],
      podSelector: web,
      egress: [{ to: [{ ipBlock: { cidr: '198.51.100.0/24' } }], ports: [tcp(443)] }],
    },
    {
      policyTypes: ['Egress'],
      podSelector: web,
      egress: [
        {
          to: [{ ipBlock: { cidr: '192.0.2.1/32' } }, { ipBlock: { cidr: '192.0.2.2/32' } }],
          ports: [tcp(6379), tcp(8443), tcp(443)],
        },
      ],
    },
  ]);
  expect(waysOf(manifests, 'ServiceEntry').map(({ spec }) => (spec as { hosts: unknown }).hosts)).toEqual([
    ['api.stripe.com'],
    ['shared.example.net'],
  ]);
});

test.each([
  ['nobody.example.org:443', 'This environment lets nobody reach nobody.example.org.'],
  ['api.stripe.com:22', 'This environment lets nobody reach port 22 of api.stripe.com.'],
  ['constructor.example:443', 'This environment lets nobody reach constructor.example.'],
])('in code too, %s is told', (address, problem) => {
  const refused = () => plan(new Platform({ environment, tenants: [shopWith({ [address]: 'why not' })] }));
  expect(refused).toThrow(PlanError);
  expect(refused).toThrow(problem);
});
