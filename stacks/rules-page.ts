import { CEL_RULES } from '../policies/cel/check';
import { WORKLOADS, WRITTEN } from '../policies/cel/family';
import type { CelRule } from '../policies/cel/rule';
import { POD_SECURITY } from '../policies/pod-security';

const INTRODUCTION = `# The rules about single objects

Written in CEL, once, and enforced at three gates that are proven to judge alike: whenever an environment is rendered, in
\`pulumi preview --policy-pack policies/pack\`, and by the API server itself. Why so: [decision 9](../decisions/0009-one-rule-three-gates.md).

Written from the rules by \`npm run docs\`.

| rule | level | judges | in | why |
|---|---|---|---|---|
`;

const SCOPES: Readonly<Record<string, string>> = {
  baseline: 'namespaces at *baseline* or above',
  restricted: 'namespaces at *restricted*',
  compartments: 'all compartments',
  default: 'the namespace `default`',
};

/** The page about all rules, as they say it themselves. */
export function rulesPage(): string {
  return `${INTRODUCTION}${CEL_RULES.map(row).join('')}`;
}

function row(rule: CelRule): string {
  const { id, level, within, why } = rule;
  const folder = POD_SECURITY.includes(rule) ? 'pod-security' : 'rules';
  const cells = [`[${id}](../../policies/${folder}/${id}.ts)`, level, judged(rule), SCOPES[within.name] ?? within.name];
  return `| ${[...cells, why].join(' | ')} |\n`;
}

function judged({ on }: CelRule): string {
  if (on === WORKLOADS) return 'whatever runs pods';
  if (on === WRITTEN) return 'templates of pods';
  return on.flatMap(({ kinds }) => kinds.map(({ kind }) => kind)).join(', ');
}
