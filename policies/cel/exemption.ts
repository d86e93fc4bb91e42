/** One object's leave to break one rule, for a while. */
export interface Exemption {
  /** Id of the rule. */
  readonly rule: string;
  /** As findings name it: `shop Deployment/web`. Pods and ReplicaSets that it owns are exempt with it. */
  readonly object: string;
  /** Who answers for it. */
  readonly owner: string;
  readonly reason: string;
  /** The last day on which it holds, `2027-01-31`. */
  readonly expires: string;
}

/** Kinds that others own on behalf of a workload, and so what an exemption passes on to. */
const MAKES: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['ReplicaSet', 'Pod'],
  ReplicaSet: ['Pod'],
  StatefulSet: ['Pod'],
  DaemonSet: ['Pod'],
  Job: ['Pod'],
  CronJob: ['Job', 'Pod'],
};

/** An object as an exemption names it; `undefined` if it names none. */
export function readObject(
  text: string,
): { readonly namespace: string; readonly kind: string; readonly name: string } | undefined {
  const [, namespace = '', kind, name] = /^(?:([a-z0-9-]+) )?([A-Za-z]+)\/([a-z0-9][a-z0-9.-]*)$/.exec(text) ?? [];
  return kind === undefined || name === undefined ? undefined : { namespace, kind, name };
}

/**
 * Whether an object is the exempt one, or made by its controllers, as an expression: so all gates read it alike. Owners can be
 * forged, by whoever may write the exempt object anyway.
 * @throws when the exemption names no object
 */
export function conditionOf({ object }: Exemption): string {
  const named = readObject(object);
  if (!named) throw new Error(`${object}: an exemption names one object, such as "shop Deployment/web".`);
  const { namespace, kind, name } = named;
  const itself = `object.kind == '${kind}' && object.metadata.name == '${name}'`;
  const made = MAKES[kind]?.map((each) => `'${each}'`).join(', ');
  // What stands between, a ReplicaSet or a Job, has its maker's name and a hash or a number.
  const between = `o.kind in ['ReplicaSet', 'Job'] && o.name.matches('^${name.replaceAll('.', '[.]')}-[a-z0-9]+$')`;
  const owned = `object.kind in [${made}] && object.metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false) && ((o.kind == '${kind}' && o.name == '${name}') || (${between})))`;
  const which = made ? `((${itself}) || (${owned}))` : `(${itself})`;
  return `object.metadata.?namespace.orValue('') == '${namespace}' && ${which}`;
}

/** The exemptions that still hold on `today`, and that name an object at all. */
export function current(exemptions: readonly Exemption[], today: string): readonly Exemption[] {
  return exemptions.filter(({ object, expires }) => expires >= today && readObject(object) !== undefined);
}

/** The exemptions that held before `today`, and that name an object at all. */
export function over(exemptions: readonly Exemption[], today: string): readonly Exemption[] {
  return exemptions.filter(({ object, expires }) => expires < today && readObject(object) !== undefined);
}

/** What must be true of an object: the rule, or one of its exemptions. */
export function withExemptions(
  rule: { readonly id: string; readonly holds: string },
  exemptions: readonly Exemption[],
): string {
  const holds = rule.holds.trim().replaceAll(/\s+/g, ' ');
  const exempt = exemptions.filter((exemption) => exemption.rule === rule.id).map(conditionOf);
  return exempt.length === 0 ? holds : [...exempt, holds].map((part) => `(${part})`).join(' || ');
}
