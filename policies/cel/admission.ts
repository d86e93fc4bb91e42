import type { Manifest } from '../manifest';
import { type Exemption, withExemptions } from './exemption';
import type { Family } from './family';
import type { CelRule } from './rule';
import { variablesOf } from './rulebook';
import { type Scope, selectorOf } from './scope';

export interface AdmissionProps {
  /** Version of the Pod Security Standards, such as `v1.36`. */
  readonly podSecurity: string;
  /** Those that hold today. @default - none */
  readonly exemptions?: readonly Exemption[];
}

/** Rules that one policy can hold: the same kinds, in the same namespaces, with the same consequence. */
interface Group {
  readonly family: Family;
  readonly within: Scope;
  readonly level: CelRule['level'];
  readonly rules: readonly CelRule[];
}

/**
 * The rules as the API server enforces them: one ValidatingAdmissionPolicy with its binding per family of kinds, scope and level.
 *
 * What cannot be evaluated is refused. The platform can still always be repaired: nothing outside compartments is judged, nothing
 * that is being deleted, and no update that leaves alone what the rules look at; and policies do not judge policies.
 */
export function admissionPolicies(rules: readonly CelRule[], props: AdmissionProps): Manifest[] {
  return groupsOf(rules).flatMap((group) => [policy(group, props), binding(group)]);
}

function groupsOf(rules: readonly CelRule[]): Group[] {
  const groups = new Map<string, Group>();
  for (const rule of rules) {
    for (const family of rule.on) {
      const { within, level } = rule;
      const name = nameOf(family, within, level);
      groups.set(name, { family, within, level, rules: [...(groups.get(name)?.rules ?? []), rule] });
    }
  }
  return [...groups.values()];
}

function nameOf(family: Family, within: Scope, level: CelRule['level']): string {
  return `bulkhead.${family.name}.${within.name}${level === 'advisory' ? '.advice' : ''}`;
}

function policy({ family, within, level, rules }: Group, { podSecurity, exemptions = [] }: AdmissionProps): Manifest {
  const variables = Object.entries(variablesOf(family, podSecurity));
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: nameOf(family, within, level) },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { resourceRules: resourceRules(family) },
      matchConditions: matchConditions(family),
      ...(variables.length > 0 && { variables: variables.map(([name, expression]) => ({ name, expression })) }),
      validations: rules.map((rule) => ({
        expression: withExemptions(rule, exemptions),
        message: `${rule.id}: ${rule.problem} ${rule.fix}`,
      })),
    },
  };
}

function binding({ family, within, level }: Group): Manifest {
  const name = nameOf(family, within, level);
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: {
      policyName: name,
      matchResources: { namespaceSelector: selectorOf(within) },
      validationActions: [level === 'mandatory' ? 'Deny' : 'Warn'],
    },
  };
}

function resourceRules({ kinds }: Family): object[] {
  return kinds.map(({ group, version, resources }) => ({
    apiGroups: [group],
    apiVersions: [version],
    operations: ['CREATE', 'UPDATE'],
    resources,
  }));
}

function matchConditions({ judged }: Family): object[] {
  const changes = `oldObject == null || ${judged} != oldObject${judged?.slice('object'.length)} || object.metadata.?labels.orValue({}) != oldObject.metadata.?labels.orValue({})`;
  return [
    { name: 'is-not-being-deleted', expression: '!has(object.metadata.deletionTimestamp)' },
    ...(judged === undefined ? [] : [{ name: 'changes-what-is-judged', expression: changes }]),
  ];
}
