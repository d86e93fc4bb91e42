import { listed } from '../listed';
import type { CompartmentChange, ObjectChange } from './compare';
import type { FieldChange } from './fields';

/** What would change in one environment. */
export interface EnvironmentChange {
  readonly environment: string;
  readonly compartments: readonly CompartmentChange[];
}

/** The ways to tell changes, by the name by which they are asked for. */
export const CHANGE_REPORTS = { text, markdown, json } as const satisfies Readonly<
  Record<string, (change: EnvironmentChange) => string>
>;

const SIGN = { added: '+', removed: '-', changed: '~' } as const;

/** For a terminal. */
function text(change: EnvironmentChange): string {
  const lines = change.compartments.flatMap(({ compartment, plane, objects }) => [
    `${compartment} (${plane || 'cluster'})`,
    ...objects.flatMap((object) => [
      `  ${SIGN[object.change]} ${object.object}${object.restarts ? '  restarts its pods' : ''}`,
      ...object.fields.map((field) => `      ${fieldLine(field)}`),
    ]),
  ]);
  return `${[...lines, summary(change)].join('\n')}\n`;
}

/** For a pull request: a table of what happens to whom, with the fields folded away. */
function markdown(change: EnvironmentChange): string {
  const { environment, compartments } = change;
  const heading = `### ${environment}: ${summary(change)}`;
  if (compartments.length === 0) return `${heading}\n`;
  const rows = compartments.map(({ compartment, plane, objects }) => {
    const restarts = objects.filter((object) => object.restarts).map(({ object }) => `\`${object}\``);
    return `| ${compartment} | ${plane || 'cluster'} | ${counts(objects)} | ${restarts.join(', ') || 'none'} |`;
  });
  const details = compartments.flatMap(({ compartment, objects }) => [
    `<details><summary>${compartment}</summary>\n`,
    '```diff',
    ...objects.flatMap((object) => [
      `${SIGN[object.change].replace('~', '!')} ${object.object}`,
      ...object.fields.map((field) => `  ${fieldLine(field)}`),
    ]),
    '```\n</details>',
  ]);
  return [
    heading,
    '',
    '| compartment | plane | objects | pods that restart |',
    '|---|---|---|---|',
    ...rows,
    '',
    ...details,
    '',
  ].join('\n');
}

function json(change: EnvironmentChange): string {
  return `${JSON.stringify(change, null, 2)}\n`;
}

/** `2 compartments change: 3 objects added, 1 changed; 1 workload restarts; tenants touched: shop`. */
function summary({ compartments }: EnvironmentChange): string {
  if (compartments.length === 0) return 'nothing changes';
  const objects = compartments.flatMap((compartment) => compartment.objects);
  const restarts = objects.filter((object) => object.restarts).length;
  const tenants = compartments.filter(({ plane }) => plane === 'tenant').map(({ compartment }) => compartment);
  return [
    `${plural(compartments.length, 'compartment changes', 'compartments change')}: ${counts(objects)}`,
    restarts === 0 ? 'no pod restarts' : plural(restarts, 'workload restarts', 'workloads restart'),
    tenants.length === 0 ? 'no tenant is touched' : `tenants touched: ${listed(tenants)}`,
  ].join('; ');
}

function counts(objects: readonly ObjectChange[]): string {
  return (['added', 'changed', 'removed'] as const)
    .flatMap((change) => {
      const count = objects.filter((object) => object.change === change).length;
      return count === 0 ? [] : [`${count} ${change}`];
    })
    .join(', ');
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function fieldLine({ path, before, after }: FieldChange): string {
  return `${path}: ${value(before)} → ${value(after)}`;
}

/** A value in one line, shortened where it would fill the screen. */
function value(it: unknown): string {
  if (it === undefined) return '(none)';
  const text = JSON.stringify(it);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
