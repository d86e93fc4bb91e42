import type { Manifest } from '../manifest';
import { dialectOf, type Program } from './dialect';
import { type Exemption, withExemptions } from './exemption';
import type { Family } from './family';
import type { CelRule } from './rule';
import { covers } from './scope';
import { isUnknown } from './unknown';

export interface RulebookProps {
  /** The cluster's minor, such as `1.36`. */
  readonly kubernetes: string;
  /** Version of the Pod Security Standards, such as `v1.36`. */
  readonly podSecurity: string;
  /** @default - none */
  readonly exemptions?: readonly Exemption[];
}

/** A rule that an object does not keep. */
export interface Breach {
  readonly rule: CelRule;
  /** `unknown`: the verdict depends on a value that is not known yet. */
  readonly outcome: 'broken' | 'unknown';
  /** Why the expression could not be evaluated. An object that a rule cannot read has broken it, as in the cluster. */
  readonly error?: string;
}

/** An object, and its namespace with its labels and annotations. */
export interface Subject {
  /** The object as CEL sees it; asked for only where a rule applies. */
  readonly object: () => unknown;
  readonly namespace: Pick<Manifest, 'metadata'>;
}

interface Chapter {
  readonly variables: readonly (readonly [name: string, program: Program])[];
  readonly rules: readonly (readonly [rule: CelRule, program: Program])[];
}

/** Rules by the kinds they are about, compiled once. */
export class Rulebook {
  private readonly chapters = new Map<string, Chapter>();

  /** @throws when an expression is wrong; the message names the rule */
  constructor(rules: readonly CelRule[], props: RulebookProps) {
    const { compile } = dialectOf(props.kubernetes);
    const programs = new Map(
      rules.map((rule) => [rule, compile(withExemptions(rule, props.exemptions ?? []), rule.id)]),
    );
    for (const family of new Set(rules.flatMap(({ on }) => on))) {
      const variables = Object.entries(variablesOf(family, props.podSecurity)).map(
        ([name, expression]) => [name, compile(expression, `${family.name}.${name}`)] as const,
      );
      const own = [...programs].filter(([{ on }]) => on.includes(family));
      for (const { group, kind } of family.kinds) this.chapters.set(`${group}/${kind}`, { variables, rules: own });
    }
  }

  /** Whether any rule is about objects of this kind. */
  knows({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): boolean {
    return this.chapters.has(keyOf(apiVersion, kind));
  }

  /** The rules that an object does not keep. */
  breaches({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>, subject: Subject): Breach[] {
    const chapter = this.chapters.get(keyOf(apiVersion, kind));
    const labels = subject.namespace.metadata.labels ?? {};
    const rules = chapter?.rules.filter(([{ within }]) => covers(within, labels)) ?? [];
    if (!chapter || rules.length === 0) return [];
    const context = contextOf(chapter, subject);
    return rules.flatMap(([rule, program]) => verdict(rule, program, context) ?? []);
  }
}

/** The variables of a family, and the version of the Pod Security Standards. */
export function variablesOf(family: Family, podSecurity: string): Readonly<Record<string, string>> {
  const minor = /^v1\.(\d+)$/.exec(podSecurity)?.[1];
  if (minor === undefined || Number(minor) < OLDEST) {
    throw new Error(`${podSecurity}: rules know the Pod Security Standards from v1.${OLDEST} on.`);
  }
  return family.variables.template === undefined ? family.variables : { podSecurity: minor, ...family.variables };
}

/** The first minor in which the standards have the shape that the rules build on; older clusters are long gone. */
const OLDEST = 25;

function keyOf(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  return `${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`;
}

/** Nobody in particular asks for a new object. */
const REQUEST = { operation: 'CREATE', userInfo: { username: '' } };

function contextOf({ variables }: Chapter, { object, namespace }: Subject): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  const context = { object: object(), namespaceObject: namespace, request: REQUEST, variables: values };
  for (const [name, program] of variables) {
    try {
      values[name] = program(context);
    } catch (error) {
      // Only rules that use the variable fail by it.
      const rethrow = (): never => {
        throw error;
      };
      Object.defineProperty(values, name, { enumerable: true, get: rethrow });
    }
  }
  return context;
}

function verdict(rule: CelRule, program: Program, context: Readonly<Record<string, unknown>>): Breach | undefined {
  try {
    return program(context) === true ? undefined : { rule, outcome: 'broken' };
  } catch (error) {
    if (isUnknown(error)) return { rule, outcome: 'unknown' };
    return {
      rule,
      outcome: 'broken',
      error: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
    };
  }
}
