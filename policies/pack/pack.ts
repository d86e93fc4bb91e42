import { CEL_RULES } from '../cel/check';
import type { Exemption } from '../cel/exemption';
import type { CelRule } from '../cel/rule';
import { type Breach, Rulebook } from '../cel/rulebook';
import type { Manifest } from '../manifest';
import { nameObject } from '../rule';
import { knownParts } from './known';

export interface PackProps {
  /** The cluster's minor, such as `1.36`. */
  readonly kubernetes: string;
  /** Version of the Pod Security Standards, such as `v1.36`. */
  readonly podSecurity: string;
  /** Honoured whatever their date: synth tells of those that are over, and holds their tenants. @default - none */
  readonly exemptions?: readonly Exemption[];
}

/** A resource of Pulumi's Kubernetes provider. */
type Resource = Readonly<Record<string, unknown>>;

/** What a resource breaks. */
type Judge = (resource: Resource) => readonly Told[];

interface Told extends Breach {
  readonly message: string;
}

/** What Pulumi asks of a policy about one resource; the part of its own interface that is used here. */
export interface PackPolicy {
  readonly name: string;
  readonly description: string;
  readonly enforcementLevel: CelRule['level'];
  readonly validateResource: (asked: Asked, report: (message: string) => void) => void;
}

interface Asked {
  readonly type: string;
  readonly props: Resource;
  readonly urn: string;
}

/**
 * The rules as the policies of a Pulumi policy pack: one per rule, at its level, judging what is about to be applied. What a rule
 * cannot know before the update is told by a policy of its own, and judged in the update at the rule's own level.
 *
 * Hand them to `new PolicyPack('bulkhead', { policies })`, which starts the pack's server. A namespace must be registered before
 * what stands in it, or nothing in it is judged.
 * @param propsOf what holds in a stack; asked with its name, once, when its first resource is judged. What it throws, Pulumi tells
 */
export function packPolicies(propsOf: (stack: string) => PackProps): PackPolicy[] {
  const judges = new Map<string, Judge>();
  const judged = new Map<string, readonly Told[]>();
  const judge: StackJudge = ({ urn, props }) => {
    const stack = stackOf(urn);
    const judge = judges.get(stack) ?? judgeOf(new Rulebook(CEL_RULES, propsOf(stack)));
    judges.set(stack, judge);
    return judge(props);
  };
  return [waiting(judge, judged), ...CEL_RULES.map((rule) => policyOf(rule, judge, judged))];
}

/** What a resource breaks by the rules of its stack. */
type StackJudge = (asked: Asked) => readonly Told[];

/** `prod` of `urn:pulumi:prod::bulkhead::…`. */
function stackOf(urn: string): string {
  return /^urn:pulumi:(.+?)::/.exec(urn)?.[1] ?? '';
}

function judgeOf(rulebook: Rulebook): Judge {
  const namespaces = new Map<string, Manifest['metadata']>();
  return (resource) => {
    const manifest = identify(resource);
    if (!manifest) return [];
    const { kind, metadata } = manifest;
    if (kind === 'Namespace') namespaces.set(metadata.name, metadata);
    const home = kind === 'Namespace' ? metadata.name : (metadata.namespace ?? 'default');
    const subject = {
      object: () => knownParts(resource),
      namespace: { metadata: namespace(home, namespaces.get(home)) },
    };
    return rulebook.breaches(manifest, subject).map((breach) => ({ ...breach, message: messageOf(manifest, breach) }));
  };
}

function messageOf(manifest: Manifest, { rule, error }: Breach): string {
  const problem = error === undefined ? rule.problem : `It cannot be judged: ${error}.`;
  return `${nameObject(manifest)}: ${problem} ${rule.fix}`;
}

function policyOf(rule: CelRule, judge: StackJudge, judged: ReadonlyMap<string, readonly Told[]>): PackPolicy {
  return {
    name: rule.id,
    description: rule.why,
    enforcementLevel: rule.level,
    validateResource(asked, report) {
      if (!isObject(asked.type)) return;
      for (const told of judged.get(asked.urn) ?? judge(asked)) {
        if (told.rule === rule && told.outcome === 'broken') report(told.message);
      }
    },
  };
}

/**
 * Pulumi itself would turn a mandatory rule into advice as soon as it meets a value that is not known. This policy comes first,
 * and leaves what it finds in `judged`, so that a resource is judged once; with it switched off, each rule judges for itself.
 */
function waiting(judge: StackJudge, judged: Map<string, readonly Told[]>): PackPolicy {
  return {
    name: 'verdicts-wait-for-values',
    description: 'What is not known in a preview is judged in the update.',
    enforcementLevel: 'advisory',
    validateResource(asked, report) {
      if (!isObject(asked.type)) return;
      const found = judge(asked);
      judged.set(asked.urn, found);
      for (const { outcome, rule, message } of found) {
        if (outcome === 'unknown') report(`Not known before the update: ${rule.id}: ${message}`);
      }
    },
  };
}

/** `kubernetes:apps/v1:Deployment`; providers and charts are none. */
function isObject(type: string): boolean {
  return type.startsWith('kubernetes:');
}

/** What a resource says it is, as far as rules are chosen by it; `undefined` if that is not known or no object. */
function identify(resource: Resource): Manifest | undefined {
  try {
    const { apiVersion, kind, metadata } = resource;
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
    const { name, namespace, labels, annotations } = (metadata ?? {}) as Partial<Manifest['metadata']>;
    const texts = { ...(labels && { labels: { ...labels } }), ...(annotations && { annotations: { ...annotations } }) };
    const home = namespace === undefined ? {} : { namespace };
    return { apiVersion, kind, metadata: { name: name ?? '', ...home, ...(kind === 'Namespace' && texts) } };
  } catch {
    return undefined;
  }
}

/** A namespace as the API server knows it, which labels each with its name. */
function namespace(name: string, metadata: Manifest['metadata'] | undefined): Manifest['metadata'] {
  const labels = { ...metadata?.labels, 'kubernetes.io/metadata.name': name };
  return { name, labels, annotations: metadata?.annotations ?? {} };
}
