import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type EnvironmentInput, environmentSchema } from '../../constructs/environment';
import { readInput } from '../../constructs/input/read-input';
import { type Finding, formatFinding } from '../../policies/finding';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { loadTenants } from '../../stacks/load/tenants';
import { render } from '../../stacks/render';

/**
 * Every entry of `test/broken/app/` is one case.
 *
 * - A file is the Score file of `shop/web`. What it finds stands at its end as comments, so that no line moves.
 * - A folder holds tenants, a folder each, and `expected.txt`. A tenant without `tenant.yaml` gets one. An
 *   `environment.json` in it replaces members of the environment below; `null` leaves one out.
 *
 * `UPDATE=1 npx jest broken-apps` writes what is found now.
 */
const CASES = path.join(__dirname, '..', 'broken', 'app');

const ENVIRONMENT = {
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
  mesh: {
    versions: ['1.30.3'],
    tags: { stable: '1.30.3' },
    gatewayApi: '1.5.1',
    cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  },
  certificates: { version: '1.21.1', issuer: { kind: 'self-signed' } },
  edge: {},
} satisfies EnvironmentInput;

const FOUND = '# Found:\n';
const EXPECTED = 'expected.txt';
const OVERRIDES = 'environment.json';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'broken-apps-'));

afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Lays the case out as a folder of tenants, and beside them one that is sound. */
function layOut(name: string): string {
  const [own, tenants] = [path.join(CASES, name), path.join(folder, name, 'tenants')];
  fs.mkdirSync(path.join(tenants, 'shop'), { recursive: true });
  if (fs.statSync(own).isFile()) fs.copyFileSync(own, path.join(tenants, 'shop', 'web.score.yaml'));
  else
    fs.cpSync(own, tenants, {
      recursive: true,
      filter: (file) => ![EXPECTED, OVERRIDES].includes(path.basename(file)),
    });
  for (const tenant of fs.readdirSync(tenants)) {
    const file = path.join(tenants, tenant, 'tenant.yaml');
    if (!fs.existsSync(file)) fs.writeFileSync(file, `owner: ${tenant}-developers\ndomain: ${tenant}\n`);
  }
  fs.mkdirSync(path.join(tenants, 'neighbour'));
  fs.writeFileSync(path.join(tenants, 'neighbour', 'tenant.yaml'), 'owner: neighbours\ndomain: next-door\n');
  return tenants;
}

function environmentOf(name: string) {
  const file = path.join(CASES, name, OVERRIDES);
  const overrides = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
  const members = Object.entries({ ...ENVIRONMENT, ...overrides }).filter(([, value]) => value !== null);
  const read = readInput(environmentSchema, Object.fromEntries(members));
  if ('problems' in read) throw new Error(`${name}: ${JSON.stringify(read.problems)}`);
  return { name: 'prod', file: 'prod.ts', environment: read.value, findings: [] };
}

/** The findings, one a line, each with what is wrong and what to write in the reader's words. */
function linesOf(findings: readonly Finding[], tenants: string): string[] {
  for (const sentence of findings.flatMap(({ problem, fix }) => [problem, fix])) {
    expect(sentence).toMatch(/^\S.*[.?]$/s);
    expect(sentence).not.toMatch(/undefined|Invalid input|expected (string|record|object)|\[object/);
  }
  return findings.map((finding) => formatFinding(finding).replaceAll(`${tenants}${path.sep}`, ''));
}

/** Where a case keeps what it finds, read and written. */
function expectationOf(name: string): {
  readonly read: () => string;
  readonly write: (lines: readonly string[]) => void;
} {
  const own = path.join(CASES, name);
  if (fs.statSync(own).isDirectory()) {
    const file = path.join(own, EXPECTED);
    return {
      read: () => fs.readFileSync(file, 'utf8'),
      write: (lines) => fs.writeFileSync(file, lines.map((line) => `${line}\n`).join('')),
    };
  }
  const parts = () => fs.readFileSync(own, 'utf8').split(FOUND);
  return {
    read: () => parts()[1]?.replaceAll(/^# /gm, '') ?? '',
    write: (lines) => fs.writeFileSync(own, `${parts()[0]}${FOUND}${lines.map((line) => `# ${line}\n`).join('')}`),
  };
}

test.each(fs.readdirSync(CASES).sort())('%s', (name) => {
  const tenants = layOut(name);
  const { plan, held, findings } = render(environmentOf(name), loadTenants(tenants), NOTHING_EARLIER);
  const lines = linesOf(findings, tenants);
  const expectation = expectationOf(name);
  if (process.env.UPDATE) expectation.write(lines);
  expect(lines.map((line) => `${line}\n`).join('')).toBe(expectation.read());
  expect(lines).not.toEqual([]);
  expect(held.has('neighbour')).toBe(false);
  expect(plan?.compartments.map((compartment) => compartment.name)).toContain('neighbour');
});
