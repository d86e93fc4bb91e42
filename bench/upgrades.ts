import { type AppSpecInput, defineEnvironment, defineTenant, manifestsOf } from '../stacks';
import { type Pins, pinsOf } from '../stacks/upgrade/pins';
import { readRequest } from '../stacks/upgrade/request';
import { planUpgrade, type UpgradePlan } from '../stacks/upgrade/upgrade';
import { ENVIRONMENT, tenantName } from './fixture';
import type { Measurement, Run } from './measurement';
import { processorTimes } from './stopwatch';

const TENANTS = 100;
const TARGET = 'istio=1.30.4,flagger=1.44.0,cert-manager=1.21.2,gateway-api=1.6.1';
const DIGEST = `@sha256:${'1'.repeat(64)}`;

const names = Array.from({ length: TENANTS }, (_, index) => tenantName(index));
const environment = defineEnvironment({
  ...ENVIRONMENT,
  kubernetes: '1.36',
  mesh: {
    versions: ['1.30.3'],
    tags: { canary: '1.30.3', early: '1.30.3', stable: '1.30.3', edge: '1.30.3' },
    gatewayApi: '1.5.1',
    cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  },
  rings: { canary: names.slice(0, 5), early: names.slice(5, 25) },
  edge: { revisionTag: 'edge', gateways: Object.fromEntries(names.slice(60).map((name) => [name, 2])) },
  certificates: { version: '1.21.1', issuer: { kind: 'self-signed' } },
  rollouts: {
    version: '1.44.0',
    metrics: { kind: 'outside', address: 'https://metrics.example.com', cidrs: ['10.0.8.10/32'] },
  },
  delivery: { kind: 'flux', source: 'rendered' },
});

/** A plan of ten steps for a hundred tenants: every step rendered, held against every rule, and proven, there and back. */
export const upgrades: Measurement = {
  what: 'upgrade plan',
  isLong: false,
  measure: ({ rounds }: Run) => {
    const plan = planned();
    if (plan.findings.length > 0) throw new Error(`The plan is not sound: ${plan.findings[0]?.problem}`);
    const objects = plan.start.plan ? manifestsOf(plan.start.plan).length : 0;
    const { again } = processorTimes(Math.min(rounds, 3), { again: planned });
    return [
      {
        what: `plan of ${plan.steps.length} steps, ${objects} objects each, warmed`,
        ...{ measured: again / 1000, bound: 'at most', limit: 5, unit: 's' },
        how: 'rendered, checked, proven, there and back',
      },
    ];
  },
};

function planned(): UpgradePlan {
  const from: Pins = pinsOf(environment);
  const tenants = names.map((name) => {
    const spec = defineTenant({ name, owner: `${name}-developers`, domain: name, apps: [appOf(name)] });
    return { name, spec, findings: [], says: () => true, locate: () => ({ object: name, path: '' }) };
  });
  const loaded = { name: 'bench', file: 'bench', environment, findings: [] };
  const plan = planUpgrade({ loaded, tenants, from, to: readRequest(TARGET, from), today: '2027-01-31' });
  if (!plan) throw new Error('There is no plan.');
  return plan;
}

function appOf(tenant: string): AppSpecInput {
  return { name: 'web', image: `images.example.com/${tenant}/web:1.0.0${DIGEST}`, port: 8080, expose: 'public' };
}
