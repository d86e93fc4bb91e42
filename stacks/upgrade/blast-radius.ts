import { EDGE } from '../../constructs/edge/gateway-name';
import { LABEL } from '../../constructs/labels';
import type { Manifest } from '../../constructs/manifest';
import { type ComparedCompartment, type CompartmentChange, compare, objectName } from '../diff/compare';
import { isClusterScoped } from '../kinds';
import type { Plan, PlannedCompartment, PlannedRelease } from '../planned';

/** A workload whose pods are replaced, and why. */
export interface Restart {
  readonly compartment: string;
  /** `Deployment.apps/web`. */
  readonly object: string;
  /**
   * `template`: Kubernetes replaces them because the object says something else. `proxy`: they keep the proxy that they have
   * until somebody restarts them, which is the step's action. `gateway`: the control plane replaces its gateways' pods itself.
   */
  readonly why: 'template' | 'proxy' | 'gateway';
}

/** A tenant who may notice a step, and by what. */
export interface Notice {
  readonly tenant: string;
  readonly how: string;
}

/** All that a step touches, before it is applied. */
export interface BlastRadius {
  /** Every object that is not the same afterwards, by compartment. No other one changes. */
  readonly compartments: readonly CompartmentChange[];
  readonly restarts: readonly Restart[];
  /** Webhooks and admission policies that come, go or change, those of charts included. */
  readonly admission: readonly string[];
  /** Kinds whose CRDs may change. */
  readonly kinds: readonly string[];
  /** Objects of no namespace. */
  readonly clusterScoped: readonly string[];
  readonly tenants: readonly Notice[];
}

/** One plan in the forms in which it is delivered and judged. */
export interface Rendered {
  readonly plan: Plan;
  readonly undelivered: Plan;
}

/** What is touched on the way from one rendering to another. */
export function blastRadius(before: Rendered, after: Rendered): BlastRadius {
  const compartments = compare(comparedOf(before.plan), comparedOf(after.plan));
  const runs = compare(runsOf(before.undelivered), runsOf(after.undelivered));
  const moved = movedProxies(before.undelivered, after.undelivered);
  const restarts = [...templateRestarts(compartments), ...templateRestarts(runs), ...moved];
  return {
    compartments,
    restarts,
    admission: objectsIn([...compartments, ...runs], (object) =>
      /^(Mutating|Validating)(Webhook|Admission)/.test(object),
    ),
    kinds: concernedKinds(before.undelivered, after.undelivered),
    clusterScoped: clusterScopedOf(compartments, [...planned(before.plan), ...planned(after.plan)]),
    tenants: noticesOf(restarts, compartments, after.undelivered),
  };
}

function comparedOf({ compartments }: Plan): Map<string, ComparedCompartment> {
  return new Map(compartments.map((compartment) => [compartment.name, compared(compartment)]));
}

const COMPARED = new WeakMap<PlannedCompartment, ComparedCompartment>();

/** Kept, because every step but the first and the last is compared twice. */
function compared(compartment: PlannedCompartment): ComparedCompartment {
  const known = COMPARED.get(compartment);
  if (known) return known;
  const { plane, manifests, releases } = compartment;
  const objects = new Map(manifests.map(({ manifest }) => [objectName(manifest), manifest]));
  for (const { name, what } of releases) {
    objects.set(`Release/${name}`, { apiVersion: '', kind: 'Release', metadata: { name }, ...what });
  }
  const fresh = { plane, objects };
  COMPARED.set(compartment, fresh);
  return fresh;
}

/** What the releases run, which stands in no tree. */
function runsOf({ compartments }: Plan): Map<string, ComparedCompartment> {
  return new Map(
    compartments.map(({ name, plane, releases }) => {
      const objects = releases.flatMap(({ runs }) => runs.map((run) => [objectName(run), run] as const));
      return [name, { plane, objects: new Map(objects) }];
    }),
  );
}

function templateRestarts(changes: readonly CompartmentChange[]): Restart[] {
  return changes.flatMap(({ compartment, objects }) =>
    objects.filter(({ restarts }) => restarts).map(({ object }): Restart => ({ compartment, object, why: 'template' })),
  );
}

/** Workloads and gateways whose namespace or own label is bound to another control plane than before. */
function movedProxies(before: Plan, after: Plan): Restart[] {
  const [was, is] = [revisionsOf(before), revisionsOf(after)];
  const earlier = new Map(before.compartments.map((compartment) => [compartment.name, compartment]));
  return after.compartments.flatMap((compartment) => {
    const old = earlier.get(compartment.name);
    if (!old) return [];
    const moves = was.get(tagOfCompartment(old) ?? '') !== is.get(tagOfCompartment(compartment) ?? '');
    const manifests = moves ? compartment.manifests.map(({ manifest }) => manifest) : [];
    return [
      ...manifests.filter(hasPods).map(
        (manifest): Restart => ({
          ...{ compartment: compartment.name, object: objectName(servingNow(manifest, manifests)), why: 'proxy' },
        }),
      ),
      ...movedGateways(old, compartment, was, is),
    ];
  });
}

function movedGateways(
  before: PlannedCompartment,
  { name, manifests }: PlannedCompartment,
  was: ReadonlyMap<string, string>,
  is: ReadonlyMap<string, string>,
): Restart[] {
  if (name !== EDGE) return [];
  const revision = (manifest: Manifest, revisions: ReadonlyMap<string, string>) =>
    revisions.get(manifest.metadata.labels?.[LABEL.revision] ?? '');
  const earlier = new Map(before.manifests.map(({ manifest }) => [objectName(manifest), manifest]));
  return manifests.flatMap(({ manifest }): Restart[] => {
    const old = earlier.get(objectName(manifest));
    if (manifest.kind !== 'Gateway' || !old || revision(old, was) === revision(manifest, is)) return [];
    return [{ compartment: name, object: objectName(manifest), why: 'gateway' }];
  });
}

/** The revision behind every tag, read from the webhooks that make them. */
function revisionsOf(plan: Plan): Map<string, string> {
  return new Map(
    planned(plan).flatMap(({ kind, metadata }) => {
      const { [TAG]: tag, [LABEL.revision]: revision } = metadata.labels ?? {};
      return kind === 'MutatingWebhookConfiguration' && tag && revision ? [[tag, revision] as const] : [];
    }),
  );
}

const TAG = 'istio.io/tag';

function tagOfCompartment({ namespace, manifests }: PlannedCompartment): string | undefined {
  const own = manifests.find(({ manifest }) => manifest.kind === 'Namespace' && manifest.metadata.name === namespace);
  return own?.manifest.metadata.labels?.[LABEL.revision];
}

function hasPods({ kind, apiVersion }: Manifest): boolean {
  return apiVersion === 'apps/v1' && ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind);
}

/**
 * Flagger serves an app from a copy and begins a canary run when the original's template changes. The copy is what runs; a
 * restart of it begins nothing.
 */
function servingNow(manifest: Manifest, all: readonly Manifest[]): Manifest {
  const { name } = manifest.metadata;
  const isCanary = all.some(({ kind, spec }) => {
    const target = (spec as { readonly targetRef?: { readonly kind?: string; readonly name?: string } } | undefined)
      ?.targetRef;
    return kind === 'Canary' && target?.kind === manifest.kind && target.name === name;
  });
  return isCanary ? { ...manifest, metadata: { ...manifest.metadata, name: `${name}-primary` } } : manifest;
}

function planned({ compartments }: Plan): Manifest[] {
  return compartments.flatMap(({ manifests }) => manifests.map(({ manifest }) => manifest));
}

function objectsIn(changes: readonly CompartmentChange[], isMeant: (object: string) => boolean): string[] {
  const names = changes.flatMap(({ objects }) => objects.map(({ object }) => object).filter(isMeant));
  return [...new Set(names)].sort();
}

/** Of releases that are not the same: what their CRDs define. */
function concernedKinds(before: Plan, after: Plan): string[] {
  const releasesOf = ({ compartments }: Plan) =>
    new Map<string, PlannedRelease>(
      compartments.flatMap(({ name, releases }) =>
        releases.map((release) => [`${name}/${release.name}`, release] as const),
      ),
    );
  const [was, is] = [releasesOf(before), releasesOf(after)];
  const texts = (name: string) => [was, is].map((releases) => versionText(releases.get(name)?.what));
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter((name) => {
    const [old, now] = texts(name);
    return old !== now;
  });
  return [
    ...new Set(changed.flatMap((name) => [...(was.get(name)?.kinds ?? []), ...(is.get(name)?.kinds ?? [])])),
  ].sort();
}

/** What of a release decides which CRDs it brings. */
function versionText(what: object | undefined): string {
  if (!what) return '';
  return JSON.stringify('chart' in what ? what.chart : what);
}

function clusterScopedOf(changes: readonly CompartmentChange[], manifests: readonly Manifest[]): string[] {
  const names = new Set(manifests.filter(isClusterScoped).map(objectName));
  return objectsIn(changes, (object) => names.has(object));
}

function noticesOf(restarts: readonly Restart[], changes: readonly CompartmentChange[], after: Plan): Notice[] {
  const tenants = after.compartments.filter(({ plane }) => plane === 'tenant').map(({ name }) => name);
  const gateways = restarts.filter(({ why }) => why === 'gateway').length > 0;
  return tenants.flatMap((tenant): Notice[] => {
    const own = restarts.filter(({ compartment }) => compartment === tenant);
    const changed = changes.find(({ compartment }) => compartment === tenant);
    return [
      ...(own.some(({ why }) => why === 'template') ? ['its pods are replaced, because what they are changes'] : []),
      ...(own.some(({ why }) => why === 'proxy')
        ? ['its pods are restarted one after another to get the new proxy']
        : []),
      ...(gateways ? ['connections from outside move to other gateway pods'] : []),
      ...(changed && own.length === 0 ? [`${changed.objects.length} of its objects change, and no pod restarts`] : []),
    ].map((how) => ({ tenant, how }));
  });
}
