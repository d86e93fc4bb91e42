import type { Manifest } from '../../constructs/manifest';
import type { Finding } from '../../policies/finding';
import { nameObject } from '../../policies/rule';
import type { PlannedRelease } from '../planned';

/**
 * Holds what a release declares that it runs against what its chart renders. Everything was judged by the former wherever charts
 * are not inflated, so workloads, Services and webhooks must all be declared, with what decides who reaches whom and who yields.
 */
export function heldToRuns({ name, runs }: PlannedRelease, rendered: readonly Manifest[]): Finding[] {
  const declared = new Map(runs.map((run) => [nameObject(run), run]));
  const made = new Map(rendered.map((manifest) => [nameObject(manifest), manifest]));
  const undeclared = rendered
    .filter((manifest) => MUST_BE_DECLARED.test(manifest.kind) && !declared.has(nameObject(manifest)))
    .map((manifest) =>
      found(manifest, '', `The release ${name} runs it and does not declare it.`, 'Add it to its "runs".'),
    );
  const absent = runs
    .filter((run) => !made.has(nameObject(run)) && !isMadeLater(run))
    .map((run) =>
      found(
        run,
        '',
        `The release ${name} declares it, and its chart does not render it.`,
        'Remove it from its "runs".',
      ),
    );
  const different = runs.flatMap((run) => {
    const manifest = made.get(nameObject(run));
    return manifest ? differences(name, run, manifest) : [];
  });
  return [...undeclared, ...absent, ...different];
}

const MUST_BE_DECLARED =
  /^(Deployment|StatefulSet|DaemonSet|Job|CronJob|Pod|Service|NetworkPolicy|(Mutating|Validating)WebhookConfiguration)$/;

/** What an operator makes at run time names what it is made for. */
function isMadeLater({ metadata }: Manifest): boolean {
  return Array.isArray(metadata.ownerReferences);
}

function differences(release: string, declared: Manifest, rendered: Manifest): Finding[] {
  const [ours, theirs] = [aspectsOf(declared), aspectsOf(rendered)];
  return Object.entries(ours).flatMap(([path, value]) => {
    const real = theirs[path];
    if (value === undefined || holds(value, real)) return [];
    const problem = `The chart makes it ${told(real)}, and the release ${release} declares ${told(value)}.`;
    return [found(rendered, path, problem, 'Declare what the chart makes, or set the value that changes it.')];
  });
}

type Fields = Readonly<Record<string, unknown>>;

/** What decides about an object's passages, its rank and its admission; `undefined`: not said. */
function aspectsOf(manifest: Manifest): Record<string, unknown> {
  const spec = fieldsOf(manifest.spec);
  const template = fieldsOf(spec.template);
  const pod = fieldsOf(template.spec);
  if (manifest.kind === 'Service') {
    return {
      'spec.type': spec.type ?? 'ClusterIP',
      'spec.ports': listOf(spec.ports)
        .map((each) => each.port)
        .sort(),
    };
  }
  if (manifest.kind.endsWith('WebhookConfiguration')) return webhookAspects(listOf(manifest.webhooks));
  if (spec.template === undefined) return {};
  return {
    'spec.template.metadata.labels': fieldsOf(template.metadata).labels,
    'spec.template.spec.serviceAccountName': pod.serviceAccountName,
    'spec.template.spec.priorityClassName': pod.priorityClassName,
    'spec.template.spec.hostNetwork': pod.hostNetwork ?? false,
    'spec.template.spec.containers': containersOf(pod)
      .map(({ image }) => image)
      .sort(),
    'spec.template.spec.containers[].ports': containersOf(pod)
      .flatMap(({ ports }) => listOf(ports).map(({ containerPort }) => Number(containerPort)))
      .sort((a, b) => a - b),
  };
}

function containersOf(pod: Fields): readonly Fields[] {
  return listOf(pod.containers);
}

function webhookAspects(webhooks: readonly Fields[]): Record<string, unknown> {
  return Object.fromEntries(
    webhooks.flatMap(({ name, failurePolicy = 'Fail', timeoutSeconds = 10, clientConfig }) => [
      [`webhooks[${name}].failurePolicy`, failurePolicy],
      [`webhooks[${name}].timeoutSeconds`, timeoutSeconds],
      [`webhooks[${name}].clientConfig.service.name`, fieldsOf(fieldsOf(clientConfig).service).name],
    ]),
  );
}

/** Labels may be more than those that are declared; anything else must be the same. */
function holds(declared: unknown, rendered: unknown): boolean {
  if (Array.isArray(declared) || typeof declared !== 'object' || declared === null) {
    return JSON.stringify(declared) === JSON.stringify(rendered);
  }
  const there = fieldsOf(rendered);
  return Object.entries(declared).every(([key, value]) => there[key] === value);
}

function told(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function found(manifest: Manifest, path: string, problem: string, fix: string): Finding {
  return {
    rule: 'releases-run-what-they-declare',
    object: nameObject(manifest),
    path,
    problem,
    fix,
    compartment: undefined,
  };
}
