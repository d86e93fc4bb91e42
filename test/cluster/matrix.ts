import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubernetesReleases, type Minor, minorNamed } from './versions';

/** What is proven of every minor. What the default minor's binaries do in the manner of others is no part of it. */
const PROOFS = ['acceptance.cluster', 'boundary.cluster', 'schema-agreement.cluster', 'incident.cluster'];

/** What jest says of one minor's run; of that what is read. */
interface Outcome {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly success: boolean;
}

/**
 * Runs the proofs on every supported minor, each with its own binaries, and says at the end what was proven of which.
 *
 * @throws when a minor does not hold
 */
export function runMatrix(): void {
  const minors = Object.keys(kubernetesReleases).map(minorNamed);
  const outcomes = minors.map((minor) => [minor, prove(minor)] as const);
  process.stderr.write(`cluster: each by its own binaries: dev, staging and prod are accepted in the order of the plan and stay as they
cluster: are; pods become Ready; rights and limits hold; broken manifests are refused, offline and by the server alike;
cluster: what broke in the incident holds up nobody else, nor does moving the control plane to the next minor.
`);
  for (const [minor, outcome] of outcomes) process.stderr.write(`cluster: ${sentence(minor, outcome)}\n`);
  const failed = outcomes.filter(([, outcome]) => !outcome?.success).map(([minor]) => minor);
  if (failed.length > 0) throw new Error(`Not proven of Kubernetes ${failed.join(', ')}; see above.`);
}

/** `undefined` if it came to no end. */
function prove(minor: Minor): Outcome | undefined {
  process.stderr.write(`cluster: Kubernetes ${minor}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-matrix-'));
  const report = join(folder, 'report.json');
  const jest = join(__dirname, '..', '..', 'node_modules', '.bin', 'jest');
  const how = [
    '--config',
    join(__dirname, 'jest.json'),
    '--maxWorkers=2',
    '--verbose',
    '--json',
    `--outputFile=${report}`,
  ];
  try {
    const env = { ...process.env, BULKHEAD_KUBERNETES: minor };
    spawnSync(jest, [...how, ...PROOFS], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(report, 'utf8')) as Outcome;
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sentence(minor: Minor, outcome: Outcome | undefined): string {
  const server = `Kubernetes ${minor} (kube-apiserver v${kubernetesReleases[minor]})`;
  if (!outcome) return `${server}: nothing, the run did not end`;
  const { numPassedTests: passed, numFailedTests: failed, success } = outcome;
  return `${server}: ${passed} proofs hold${success ? '' : `, ${failed} do not`}`;
}
