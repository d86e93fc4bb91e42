import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { formatFinding } from '../policies/finding';
import { UsageError } from './exit';
import { kubectlAt, reasonOf, type Target } from './kubectl';
import { earlierIn } from './load/earlier';
import { loadWorkspace, type Workspace } from './load/workspace';
import { deploy } from './outputs/pulumi';
import { findingLines } from './outputs/report';
import { manifestsOf, runsOf } from './plan';
import type { Plan } from './planned';
import type { LiveCluster } from './preflight/live-cluster';
import { preflight } from './preflight/preflight';
import { readCluster } from './preflight/read-cluster';
import { situationOf } from './preflight/situation';
import { type Rendering, render } from './render';
import { today } from './today';

/** Where `bulkhead synth` keeps its trees, and with them each tenant's last good word. */
const TREES = 'dist';

/**
 * What `Pulumi.yaml` runs: the stack's name picks the environment, and everything in which environments differ stands in its
 * file. Configuration says only what differs by operator or by release: `kubernetes:kubeconfig`, `kubernetes:context`,
 * `bulkhead:adopt`, `bulkhead:images`.
 * @throws when something speaks against deploying, before anything is changed
 */
export = async function program(): Promise<Record<string, unknown>> {
  const environment = pulumi.getStack();
  const rendering = renderEnvironment(environment);
  const config = new pulumi.Config('kubernetes');
  const target = { kubeconfig: config.get('kubeconfig'), context: config.get('context') };
  const plan = deployable(rendering);
  stopAtFindings(plan, rendering, target);
  const adopt = new pulumi.Config('bulkhead').getBoolean('adopt') ?? false;
  const { compartments, ingress } = deploy(plan, { environment, target, adopt });
  return { compartments: [...compartments.keys()], ingress };
};

function renderEnvironment(name: string): Rendering {
  const { environments, tenants } = workspaceOf(name);
  const [environment] = environments;
  if (!environment) throw new pulumi.RunError(`There is no environment "${name}".`);
  return render(environment, tenants, earlierIn(join(TREES, name)), today());
}

function workspaceOf(name: string): Workspace {
  try {
    const images = new pulumi.Config('bulkhead').getObject<Record<string, string>>('images') ?? {};
    const image = Object.entries(images).map(([app, named]) => `${app}=${named}`);
    return loadWorkspace([name], { tenants: 'tenants', environments: join('stacks', 'environments'), image });
  } catch (error) {
    // A RunError is told without its stack: the operator named a stack that no environment is called like.
    throw error instanceof UsageError ? new pulumi.RunError(error.message) : error;
  }
}

/** The plan, unless deploying it would delete a tenant that is only broken. */
function deployable({ name, undelivered, findings, held, inputs }: Rendering): Plan {
  const lines = findingLines([{ environment: name, findings }]);
  const lost = [...held].filter((tenant) => !inputs.has(tenant)).sort();
  if (!undelivered || lost.length > 0) {
    const advice = lost.map(
      (tenant) =>
        `${tenant} has findings and no last good output in ${TREES}/${name}. Repair it, or restore that folder.`,
    );
    throw new pulumi.RunError([...lines, ...advice].join('\n'));
  }
  for (const line of lines) void pulumi.log.warn(line);
  return undelivered;
}

/** Asks the cluster. What would fail or cut somebody off stops it; what only an upgrade would meet is told. */
function stopAtFindings(plan: Plan, { name, environment }: Rendering, target: Target): void {
  if (!environment) return;
  const cluster = clusterAt(plan, target);
  const findings = preflight(situationOf(name, environment, { plan, undelivered: plan }, cluster));
  for (const finding of findings.filter(({ stops }) => !stops)) void pulumi.log.warn(formatFinding(finding));
  const stops = findings.filter((finding) => finding.stops).map(formatFinding);
  if (stops.length > 0) throw new pulumi.RunError(stops.join('\n'));
}

function clusterAt(plan: Plan, target: Target): LiveCluster {
  try {
    return readCluster([...manifestsOf(plan), ...runsOf(plan)], kubectlAt(target));
  } catch (error) {
    throw new pulumi.RunError(`${reasonOf(error)} Set kubernetes:kubeconfig and kubernetes:context, or KUBECONFIG.`);
  }
}
