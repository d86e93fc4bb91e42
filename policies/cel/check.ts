import type { Finding } from '../finding';
import type { Manifest } from '../manifest';
import { Memory } from '../memory';
import { POD_SECURITY } from '../pod-security';
import { compartmentOf, nameObject } from '../rule';
import { PLATFORM_RULES } from '../rules';
import { current, type Exemption, over, readObject } from './exemption';
import type { CelRule } from './rule';
import { type Breach, Rulebook } from './rulebook';
import { toCel } from './value';

/** Every rule in CEL, and so, with its levels, the table of contents. */
export const CEL_RULES: readonly CelRule[] = [...POD_SECURITY, ...PLATFORM_RULES];

export interface CheckProps {
  /** The cluster's minor, such as `1.36`. */
  readonly kubernetes: string;
  /** Version of the Pod Security Standards, such as `v1.36`. */
  readonly podSecurity: string;
  /** @default - none */
  readonly exemptions?: readonly Exemption[];
  /** The day of the check, `2027-01-31`, by which exemptions expire. */
  readonly today: string;
}

/**
 * Holds the mandatory rules against one environment's manifests, and its exemptions against what they are for.
 * @throws when an expression is wrong; the message names the rule
 */
export function checkRules(manifests: readonly Manifest[], props: CheckProps): Finding[] {
  return [...checkObjects(manifests, props), ...checkExemptions(manifests, props)];
}

/**
 * Holds the mandatory rules against manifests.
 * @param held tenants that are at their last good word: they keep the leave that they had then, even if it is over
 * @param memory of what was found of equal objects
 */
export function checkObjects(
  manifests: readonly Manifest[],
  { exemptions = [], ...props }: CheckProps,
  held: ReadonlySet<string> = new Set(),
  memory = new Memory(),
): Finding[] {
  const isHeld = ({ object }: Exemption) => held.has(readObject(object)?.namespace ?? '');
  const holding = [...current(exemptions, props.today), ...over(exemptions, props.today).filter(isHeld)];
  const mandatory = CEL_RULES.filter(({ level }) => level === 'mandatory');
  const { kubernetes, podSecurity } = props;
  const breaches = findBreaches(manifests, new Rulebook(mandatory, { ...props, exemptions: holding }), {
    memory,
    question: JSON.stringify(['rules', kubernetes, podSecurity, holding]),
  });
  return breaches.map(({ manifest, breach }) => breachFinding(manifest, breach));
}

/** Holds exemptions against what they are for: each names a rule and an object that breaks it, and is not over. */
export function checkExemptions(manifests: readonly Manifest[], props: CheckProps): Finding[] {
  return (props.exemptions ?? []).flatMap((exemption) => exemptionFindings(exemption, manifests, props));
}

/** What every manifest breaks, by manifest. */
export function findBreaches(
  manifests: readonly Manifest[],
  rulebook: Rulebook,
  asked: { readonly memory: Memory; readonly question: string } = { memory: new Memory(), question: '' },
): { readonly manifest: Manifest; readonly breach: Breach }[] {
  const namespaces = new Map(manifests.filter(isNamespace).map((each) => [each.metadata.name, each]));
  const homes = new Map<string, Home>();
  const homeOf = (manifest: Manifest): Home => {
    const name = homeName(manifest);
    const known = homes.get(name);
    if (known) return known;
    const namespace = namespaceOf(name, namespaces);
    const home = { namespace, question: `${asked.question} ${JSON.stringify(namespace)}` };
    homes.set(name, home);
    return home;
  };
  return manifests.flatMap((manifest) => {
    if (!rulebook.knows(manifest)) return [];
    const { namespace, question } = homeOf(manifest);
    const subject = { object: () => toCel(manifest), namespace };
    const breaches = asked.memory.recall(question, manifest, () => rulebook.breaches(manifest, subject));
    return breaches.map((breach) => ({ manifest, breach }));
  });
}

/** A namespace, and what is asked of everything in it. */
interface Home {
  readonly namespace: Pick<Manifest, 'metadata'>;
  readonly question: string;
}

function homeName(manifest: Manifest): string {
  return isNamespace(manifest) ? manifest.metadata.name : (manifest.metadata.namespace ?? 'default');
}

function isNamespace({ kind, apiVersion }: Manifest): boolean {
  return kind === 'Namespace' && apiVersion === 'v1';
}

/** An object's namespace as the API server knows it, which labels every namespace with its name. */
function namespaceOf(name: string, namespaces: ReadonlyMap<string, Manifest>): Pick<Manifest, 'metadata'> {
  const { labels, annotations = {} } = namespaces.get(name)?.metadata ?? {};
  return { metadata: { name, labels: { ...labels, 'kubernetes.io/metadata.name': name }, annotations } };
}

function breachFinding(manifest: Manifest, { rule, error }: Breach): Finding {
  return {
    ...{ rule: rule.id, object: nameObject(manifest), path: '', compartment: compartmentOf(manifest) },
    problem: error === undefined ? rule.problem : `It cannot be judged: ${error}.`,
    fix: rule.fix,
  };
}

function exemptionFindings(exemption: Exemption, manifests: readonly Manifest[], props: CheckProps): Finding[] {
  const { rule, object, owner, expires } = exemption;
  const named = readObject(object);
  const finding = (id: string, problem: string, fix: string): Finding[] => [
    { rule: id, object, path: '', problem, fix, compartment: named?.namespace || undefined },
  ];
  if (!named) {
    return finding('exemptions-name-an-object', 'No object is named so.', 'Write it as in "shop Deployment/web".');
  }
  const meant = CEL_RULES.find(({ id }) => id === rule);
  if (!meant) {
    return finding('exemptions-name-a-rule', `There is no rule "${rule}".`, 'Name one of docs/rules/README.md.');
  }
  if (expires < props.today) {
    const problem = `Its exemption from "${rule}" ended on ${expires}.`;
    const isBroken = isUsed(meant, exemption, manifests, props);
    const fix = isBroken ? `Repair it, or let ${owner} renew the exemption.` : 'Remove the exemption.';
    return finding('exemptions-are-current', problem, fix);
  }
  if (isUsed(meant, exemption, manifests, props)) return [];
  const problem = `It is exempt from "${rule}" and keeps it, or is not there.`;
  return finding('exemptions-are-used', problem, 'Remove the exemption.');
}

function isUsed(rule: CelRule, { object }: Exemption, manifests: readonly Manifest[], props: CheckProps): boolean {
  const related = manifests.filter((each) => nameObject(each) === object || isNamespace(each));
  const breaches = findBreaches(related, new Rulebook([rule], { ...props, exemptions: [] }));
  return breaches.some(({ manifest }) => nameObject(manifest) === object);
}
