import type { Manifest } from '../../constructs/manifest';
import type { Plan, PlannedCompartment } from '../../stacks/planned';
import type { Client, ServerObject } from './client';

/** Applies compartments one after another, each in its plan's order, as the platform; webhooks so that nobody is asked. */
export async function applyCompartments(client: Client, compartments: readonly PlannedCompartment[]): Promise<void> {
  for (const { manifests } of compartments) {
    for (const { manifest } of manifests) await client.serverSideApply(unasked(manifest));
  }
}

/** Makes the namespace that Argo CD itself would bring: its projects stand where it runs, in no compartment. */
export async function standInForArgo(client: Client, manifests: readonly Manifest[]): Promise<void> {
  const name = manifests.find(({ kind }) => kind === 'AppProject')?.metadata.namespace;
  if (name !== undefined) await client.serverSideApply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

/**
 * A webhook configuration as it is, but for a condition that is never met: no program of a release runs here, and a webhook that
 * nobody answers would refuse every pod. Anything else as it is.
 */
export function unasked(manifest: Manifest): Manifest {
  if (!/^(Mutating|Validating)WebhookConfiguration$/.test(manifest.kind)) return manifest;
  const never = { matchConditions: [{ name: 'nobody-answers-here', expression: 'false' }] };
  const webhooks = manifest.webhooks as readonly object[];
  return { ...manifest, webhooks: webhooks.map((webhook) => ({ ...webhook, ...never })) };
}

/** A plan whose webhooks ask nobody. */
export function unaskedIn(plan: Plan): Plan {
  const compartments = plan.compartments.map((compartment) => ({
    ...compartment,
    manifests: compartment.manifests.map((planned) => ({ ...planned, manifest: unasked(planned.manifest) })),
  }));
  return { ...plan, compartments };
}

/** What of an object must stay as it is when nobody changes it: not its status, and not what counts its writes. */
export interface Content {
  readonly uid: string;
  readonly generation: number | undefined;
  readonly content: unknown;
}

/** The content of each object, by its name; `undefined` where the server does not have it. */
export async function contentsOf(
  client: Client,
  manifests: readonly Manifest[],
): Promise<Map<string, Content | undefined>> {
  const contents = new Map<string, Content | undefined>();
  for (const manifest of manifests) {
    const object = await client.get(manifest);
    contents.set(nameOf(manifest), object && contentOf(object));
  }
  return contents;
}

/** `shop Deployment/web`, as findings name it. */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${metadata.namespace ?? ''} ${kind}/${metadata.name}`.trim();
}

/** Of an object, as the server gives it. */
export function contentOf(object: ServerObject): Content {
  const { metadata, status: _status, ...content } = object;
  const { uid, generation, labels, annotations } = metadata;
  return { uid, generation, content: { ...content, labels, annotations: withoutControllers(annotations) } };
}

/** Controllers note their progress in annotations. */
function withoutControllers(annotations: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => !key.startsWith('deployment.kubernetes.io/')),
  );
}

/** The members of `manifest` that the server's object lacks or holds otherwise, as paths. */
export function lostMembers(manifest: unknown, object: unknown, path = ''): string[] {
  if (Array.isArray(manifest)) {
    return manifest.flatMap((part, index) =>
      lostMembers(part, Array.isArray(object) ? object[index] : undefined, `${path}[${index}]`),
    );
  }
  if (typeof manifest === 'object' && manifest !== null) {
    const held = typeof object === 'object' && object !== null ? object : {};
    return Object.entries(manifest).flatMap(([key, part]) =>
      lostMembers(part, Reflect.get(held, key), path ? `${path}.${key}` : key),
    );
  }
  return manifest === object ? [] : [`${path}: ${JSON.stringify(manifest)} became ${JSON.stringify(object)}`];
}
