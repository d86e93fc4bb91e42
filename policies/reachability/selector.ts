import { readFields, readLabels, readList, readText, readTexts, refuseOthers, Unreadable } from './read';

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** One thing that a label selector asks for. */
export interface Requirement {
  readonly key: string;
  readonly operator: (typeof OPERATORS)[number];
  readonly values: readonly string[];
}

/** A label selector. Without requirements it selects everything. */
export type Selector = readonly Requirement[];

/** The labels of something, as far as they are known. */
export interface Labels {
  /** Whether they do what is asked; of labels that nobody knows: whether they may. */
  meet(requirement: Requirement): boolean;
}

export function selects(selector: Selector, labels: Labels): boolean {
  return selector.every((requirement) => labels.meet(requirement));
}

/** Labels that a manifest gives. */
export function givenLabels(labels: Readonly<Record<string, string>>): Labels {
  return {
    meet({ key, operator, values }) {
      const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
      }
    },
  };
}

/** What is known of labels that no manifest gives. */
export interface Known {
  /** A label that they have, whatever its value. */
  readonly has?: string;
  /** A label that they do not have. */
  readonly lacks?: string;
  /** Whether something that is known by itself has this value, so that these do not. */
  readonly isTaken: (key: string, value: string) => boolean;
}

/** Labels that nobody knows. Where they may or may not do what is asked, they do. */
export function unknownLabels({ has, lacks, isTaken }: Known): Labels {
  return {
    meet({ key, operator, values }) {
      if (key === lacks) return operator === 'NotIn' || operator === 'DoesNotExist';
      if (operator === 'DoesNotExist') return key !== has;
      return operator !== 'In' || values.some((value) => !isTaken(key, value));
    },
  };
}

export function readSelector(value: unknown, path: string): Selector {
  const fields = readFields(value, path);
  refuseOthers(fields, ['matchLabels', 'matchExpressions'], path);
  const expressions = readList(fields.matchExpressions, `${path}.matchExpressions`).map((expression, index) =>
    readExpression(expression, `${path}.matchExpressions[${index}]`),
  );
  return [...requireLabels(readLabels(fields.matchLabels, `${path}.matchLabels`)), ...expressions];
}

/** What a map of labels asks for when it is used as a selector. */
export function requireLabels(labels: Readonly<Record<string, string>>): Selector {
  return Object.entries(labels).map(([key, value]) => ({ key, operator: 'In', values: [value] }));
}

function readExpression(value: unknown, path: string): Requirement {
  const fields = readFields(value, path);
  const operator = OPERATORS.find((known) => known === fields.operator);
  if (!operator) throw new Unreadable(`${path}.operator`, OPERATORS.join(', '));
  return {
    key: readText(fields.key, `${path}.key`),
    operator,
    values: readTexts(fields.values, `${path}.values`),
  };
}
