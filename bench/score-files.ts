import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Workbench } from '../stacks/watch/workbench';
import type { Measurement, Row, Run } from './measurement';
import { wallTimes } from './stopwatch';
import { inTemporaryFolder } from './temporary-folder';

const ROOT = resolve(__dirname, '..');
const CLI = join(ROOT, 'lib', 'cli.js');
const ENVIRONMENT = 'prod';
const TENANTS = 40;
/** The tenant that this environment's first ring names. */
const RINGED = 'shop';
const APPS = 25;

/** A thousand Score files: read, rendered into the whole of prod and held against everything; and one that changes. */
export const scoreFiles: Measurement = {
  what: 'Score files',
  isLong: false,
  measure: ({ rounds }: Run) => inTemporaryFolder((folder) => measureIn(folder, Math.min(rounds, MOST_ROUNDS))),
};

/** Seconds each. */
const MOST_ROUNDS = 5;

function measureIn(folder: string, rounds: number): Row[] {
  const tenants = join(folder, 'tenants');
  writeTenant(tenants, RINGED);
  for (let tenant = 1; tenant < TENANTS; tenant++) writeTenant(tenants, `team-${tenant}`);
  const environments = join(ROOT, 'stacks', 'environments');
  const options = { tenants, environments, out: join(folder, 'dist') };
  const workbench = new Workbench([ENVIRONMENT], options);
  const changed = join(tenants, 'team-3', 'app-4.score.yaml');
  const answer = () => {
    writeFileSync(changed, scoreFile('team-3', 4, 'M'));
    const findings = workbench
      .reload([changed])
      .flatMap((name) => workbench.answer(name).flatMap((own) => own.findings));
    if (findings.length > 0) throw new Error(`These files are not sound: ${findings[0]?.problem}`);
  };
  const check = () => runNode(CLI, 'check', ENVIRONMENT, '--tenants', tenants, '--environments', environments);
  check();
  answer();
  const times = wallTimes(rounds, { check, answer });
  return [
    {
      what: `check ${TENANTS * APPS} Score files in a process of its own`,
      ...{ measured: times.check / 1000, bound: 'at most', limit: 2, unit: 's' },
      how: `with the whole of ${ENVIRONMENT}, by the clock, median of ${rounds}`,
    },
    {
      what: `answer to one changed file of ${TENANTS * APPS}, watching`,
      ...{ measured: times.answer / 1000, bound: 'at most', limit: 0.2, unit: 's' },
      how: `its team of ${APPS} apps beside the whole of ${ENVIRONMENT}, by the clock, median of ${rounds}`,
    },
  ];
}

function writeTenant(tenants: string, name: string): void {
  const folder = join(tenants, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'tenant.yaml'), `owner: ${name}-developers\ndomain: ${name}\nsize: XL\n`);
  for (let app = 0; app < APPS; app++) writeFileSync(join(folder, `app-${app}.score.yaml`), scoreFile(name, app, 'S'));
}

/** An app that the next one calls; the first one is public. */
function scoreFile(tenant: string, app: number, size: string): string {
  return `apiVersion: score.dev/v1b1
metadata:
  name: app-${app}
  bulkhead:
    size: ${size}
    scale: { min: 2, max: 4 }
    ${app === 0 ? 'expose: public' : `calls: { app-${app - 1}: asks it }`}
containers:
  main:
    image: images.example.com/${tenant}/app-${app}:1.0.0@sha256:${String(app).padStart(64, '0')}
    variables:
      MODE: fast
      UPSTREAM_URL: http://app-${Math.max(0, app - 1)}
    readinessProbe:
      httpGet: { path: /healthz, port: 8080 }
service:
  ports:
    web: { port: 80, targetPort: 8080 }
`;
}

function runNode(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: ROOT });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}:\n${stderr}`);
}
