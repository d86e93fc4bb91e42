import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type EngineEvent, LocalWorkspace, PulumiCommand, type Stack as PulumiStack } from '@pulumi/pulumi/automation';
import { deploy } from '../../../stacks/outputs/pulumi';
import type { Plan } from '../../../stacks/planned';
import { binary } from '../build';
import type { Cluster } from '../control-plane';

/** A stack to be, and how its cluster is met. */
export interface StackOptions {
  /** The stack's name, and the environment's. */
  readonly environment: string;
  /** Takes over objects that are on the server already. @default false */
  readonly adopt?: boolean;
}

/** What the engine did, or would do: resources by their names, `update prod/shop/Service/web`; what stays the same is left out. */
export interface Outcome {
  readonly steps: readonly string[];
  /** The names of the resources whose step failed. */
  readonly failed: readonly string[];
}

/** A stack of the real engine, whose state is a file in the cluster's folder. */
export interface Stack {
  /** Says what `up` would do. */
  preview(plan: Plan): Promise<Outcome>;
  /** Previews with the project's policy pack, and tells what that says, as `mandatory <rule> <message>`. */
  judge(plan: Plan): Promise<readonly string[]>;
  /** Deploys a plan as the documentation says, with `--continue-on-error`. */
  up(plan: Plan): Promise<Outcome>;
  destroy(): Promise<Outcome>;
  /** What the state holds: the names of the resources. */
  resources(): Promise<readonly string[]>;
}

/**
 * Opens a new stack of Pulumi's real engine on a cluster. The program runs in this process, so no language host is needed. The
 * provider is a stand-in, a process of the cluster's: `stand-in-provider.ts`, which waits for nothing to be ready.
 *
 * @throws when the engine must be built and Go is missing, or when the stand-in does not come up
 */
export async function openStack(cluster: Cluster, { environment, adopt = false }: StackOptions): Promise<Stack> {
  const home = join(cluster.folder, `pulumi-${environment}`);
  const pulumiCommand = await commandIn(home);
  const provider = await startProvider(cluster, environment, adopt);
  const program = (plan: Plan) => async () => {
    deploy(plan, { environment, adopt, target: { kubeconfig: cluster.kubeconfig } });
  };
  const stack = await LocalWorkspace.createStack(
    { stackName: environment, projectName: 'bulkhead', program: program({ compartments: [], passages: [] }) },
    { pulumiCommand, pulumiHome: home, workDir: home, envVars: surroundings(home, provider) },
  );
  return {
    preview: (plan) => outcomeOf((onEvent) => stack.preview({ program: program(plan), onEvent })),
    judge: (plan) => violationsOf((onEvent) => stack.preview({ program: program(plan), onEvent, policyPacks: [PACK] })),
    up: (plan) => outcomeOf((onEvent) => stack.up({ program: program(plan), onEvent, continueOnError: true })),
    destroy: () => outcomeOf((onEvent) => stack.destroy({ onEvent })),
    resources: () => namesIn(stack),
  };
}

const ROOT = join(__dirname, '..', '..', '..');
const PACK = join(ROOT, 'policies', 'pack');

/**
 * The SDK looks for the engine in a `bin` folder. There is no language host, without which the engine starts a policy pack by
 * this script, in the pack's folder; the host would run the same module with the same arguments.
 */
async function commandIn(home: string): Promise<PulumiCommand> {
  mkdirSync(join(home, 'bin'), { recursive: true });
  symlinkSync(await binary('pulumi'), join(home, 'bin', 'pulumi'));
  const runner = join(ROOT, 'node_modules', '@pulumi', 'pulumi', 'cmd', 'run-policy-pack');
  const script = `#!/bin/sh\nexec '${process.execPath}' '${runner}' "$@"\n`;
  writeFileSync(join(home, 'bin', 'pulumi-analyzer-policy-nodejs'), script, { mode: 0o755 });
  return PulumiCommand.get({ root: home });
}

/** Starts the stand-in and returns the port that it prints. */
async function startProvider(cluster: Cluster, environment: string, adopt: boolean): Promise<string> {
  const name = `stand-in-provider-${environment}`;
  const run = [join(__dirname, '..', 'run.mjs'), 'pulumi/stand-in-provider', ...(adopt ? ['--adopt'] : [])];
  cluster.run(name, process.execPath, run, { KUBECONFIG: cluster.kubeconfig });
  const log = join(cluster.folder, `${name}.log`);
  return cluster.until('the stand-in provider to listen', async () => portIn(log), 60);
}

function portIn(log: string): string | undefined {
  try {
    return /^\d+$/m.exec(readFileSync(log, 'utf8'))?.[0];
  } catch {
    return undefined; // It has not started yet.
  }
}

/** Nothing of the person who runs this reaches the engine, nor anything of the engine their home or the network. */
function surroundings(home: string, providerPort: string): Record<string, string> {
  return {
    HOME: home,
    PATH: [join(home, 'bin'), process.env.PATH].join(delimiter),
    PULUMI_BACKEND_URL: `file://${home}`,
    PULUMI_CONFIG_PASSPHRASE: 'of no use to anybody',
    PULUMI_DEBUG_PROVIDERS: `kubernetes:${providerPort}`,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
  };
}

/**
 * Runs the engine and reads off its events what it does. A failed step is an outcome.
 *
 * @throws when the engine fails without any step of its having failed
 */
async function outcomeOf(run: (onEvent: (event: EngineEvent) => void) => Promise<unknown>): Promise<Outcome> {
  const steps: string[] = [];
  const failed: string[] = [];
  try {
    await run(({ resourcePreEvent, resOpFailedEvent }) => {
      const step = resourcePreEvent?.metadata;
      if (step && step.op !== 'same' && isOurs(step.urn)) steps.push(`${step.op} ${nameIn(step.urn)}`);
      if (resOpFailedEvent) failed.push(nameIn(resOpFailedEvent.metadata.urn));
    });
  } catch (error) {
    if (failed.length === 0) throw error;
  }
  return { steps: steps.sort(), failed: failed.sort() };
}

/** Runs the engine with a policy pack, and reads off its events what that says. What is mandatory makes the run fail. */
async function violationsOf(
  run: (onEvent: (event: EngineEvent) => void) => Promise<unknown>,
): Promise<readonly string[]> {
  const violations: string[] = [];
  const isStopped = await run(({ policyEvent }) => {
    if (!policyEvent) return;
    const { enforcementLevel, policyName, message } = policyEvent;
    violations.push(`${enforcementLevel} ${policyName} ${message.trim()}`);
  }).then(
    () => false,
    (error: unknown) => {
      if (violations.length === 0) throw error;
      return true;
    },
  );
  return [...violations.sort(), ...(isStopped ? ['stopped'] : [])];
}

async function namesIn(stack: PulumiStack): Promise<readonly string[]> {
  const { deployment } = await stack.exportStack();
  const { resources = [] } = deployment as { readonly resources?: readonly { readonly urn: string }[] };
  return resources.flatMap(({ urn }) => (isOurs(urn) ? nameIn(urn) : [])).sort();
}

/** Stack and provider are the engine's own. */
function isOurs(urn: string): boolean {
  return !/::pulumi:(pulumi:Stack|providers:kubernetes)::/.test(urn);
}

/** `prod/shop/Service/web` of `urn:pulumi:prod::bulkhead::…::prod/shop/Service/web`. */
function nameIn(urn: string): string {
  return urn.slice(urn.lastIndexOf('::') + 2);
}
