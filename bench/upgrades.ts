import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AppSpecInput,
  defineEnvironment,
  defineTenant,
  type EnvironmentInput,
  manifestsOf,
  pinsOf,
} from '../stacks';
import { readRequest } from '../stacks/upgrade/request';
import { planUpgrade, type UpgradePlan } from '../stacks/upgrade/upgrade';
import { ENVIRONMENT, tenantName } from './fixture';
import type { Measurement, Row, Run } from './measurement';
import { median, processorTimes } from './stopwatch';
import { inTemporaryFolder } from './temporary-folder';

const TENANTS = 100;
const TARGET = 'istio=1.30.4,flagger=1.44.0,cert-manager=1.21.2,gateway-api=1.6.1';
const DIGEST = `@sha256:${'1'.repeat(64)}`;
const SCRIPT = join(__dirname, '..', 'bench', 'upgrade-once.cjs');

const names = Array.from({ length: TENANTS }, (_, index) => tenantName(index));
const specs = names.map((name) => ({ name, owner: `${name}-developers`, domain: name, apps: [appOf(name)] }));
const input: EnvironmentInput = {
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
};
const environment = defineEnvironment(input);

/** A plan of ten steps for a hundred tenants: every step rendered, held against every rule, and proven, there and back. */
export const upgrades: Measurement = {
  what: 'upgrade plan',
  isLong: false,
  measure: (run: Run) => inTemporaryFolder((folder) => measureIn(folder, run)),
};

function measureIn(folder: string, { rounds }: Run): Row[] {
  const plan = planned();
  if (plan.findings.length > 0) throw new Error(`The plan is not sound: ${plan.findings[0]?.problem}`);
  const objects = plan.start.plan ? manifestsOf(plan.start.plan).length : 0;
  const few = Math.min(rounds, 3);
  const { again } = processorTimes(few, { again: planned });
  const file = join(folder, 'input.json');
  writeFileSync(file, JSON.stringify({ environment: input, tenants: specs, to: TARGET }));
  const cold = median(Array.from({ length: few }, () => aloneWith(file)));
  const what = `plan of ${plan.steps.length} steps, ${objects} objects each`;
  const row = { bound: 'at most', limit: 5, unit: 's' } as const;
  return [
    { ...row, what: `${what}, warmed`, measured: again / 1000, how: 'rendered, checked, proven, there and back' },
    { ...row, what: `${what}, cold`, measured: cold / 1000, how: `a process of its own, median of ${few}` },
  ];
}

/** Milliseconds of processor time, start-up and compilers included. */
function aloneWith(file: string): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${SCRIPT} ended with ${status}:\n${stderr}`);
  return Number(stdout);
}

function planned(): UpgradePlan {
  const from = pinsOf(environment);
  const tenants = specs.map((spec) => {
    const { name } = spec;
    return {
      name,
      spec: defineTenant(spec),
      findings: [],
      says: () => true,
      locate: () => ({ object: name, path: '' }),
    };
  });
  const loaded = { name: 'bench', file: 'bench', environment, findings: [] };
  const plan = planUpgrade({ loaded, tenants, from, to: readRequest(TARGET, from), today: '2027-01-31' });
  if (!plan) throw new Error('There is no plan.');
  return plan;
}

function appOf(tenant: string): AppSpecInput {
  return { name: 'web', image: `images.example.com/${tenant}/web:1.0.0${DIGEST}`, port: 8080, expose: 'public' };
}
