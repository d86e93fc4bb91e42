import { COMPONENTS } from '../../constructs/components';
import { formatFinding } from '../../policies/finding';
import type { CompartmentChange } from '../diff/compare';
import type { Restart } from './blast-radius';
import { movedBetween, versionOf } from './pins';
import type { TakenStep, UpgradePlan } from './upgrade';

/** The ways to tell a plan, by the name by which they are asked for. */
export const UPGRADE_REPORTS = { text, markdown, json } as const satisfies Readonly<
  Record<string, (plan: UpgradePlan) => string>
>;

/** For a terminal: what happens, to whom, and what to do, step by step. */
function text(plan: UpgradePlan): string {
  const blocks = [heading(plan), ...plan.steps.map((step) => `${stepText(step)}\n`), ...impossibleLines(plan)];
  return `${blocks.join('\n').trimEnd()}\n`;
}

function stepText(step: TakenStep): string {
  const rows = detailsOf(step).map(([name, lines]) =>
    lines.map((line, index) => `   ${(index === 0 ? name : '').padEnd(LABEL_WIDTH)}${line}`).join('\n'),
  );
  return [`${`${step.number}`.padStart(2)} ${step.title}`, ...rows].join('\n');
}

const LABEL_WIDTH = 10;

/** For a pull request: a table of the steps, and each with its objects folded away. */
function markdown(plan: UpgradePlan): string {
  const rows = plan.steps.map((step) => {
    const { number, title, blast, oneWay } = step;
    const cells = [
      `${number}`,
      title,
      changesLine(blast.compartments),
      restartsLine(blast.restarts),
      oneWay ? '**none**' : 'yes',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const details = plan.steps.flatMap((step) => [
    `<details><summary>${step.number}. ${step.title}</summary>\n`,
    ...detailsOf(step).flatMap(([name, lines]) => [`**${name}**`, '', ...lines.map((line) => `- ${line}`), '']),
    ...(step.blast.compartments.length > 0 ? ['```diff', ...objectLines(step.blast.compartments), '```'] : []),
    '</details>',
    '',
  ]);
  const table = ['| step | what | changes | restarts | way back |', '|---|---|---|---|---|', ...rows, ''];
  return [`### ${heading(plan)}`, ...(rows.length > 0 ? table : []), ...details, ...impossibleLines(plan), ''].join(
    '\n',
  );
}

/** For programs: the plan without its renderings. */
function json(plan: UpgradePlan): string {
  const { start: _, steps, ...rest } = plan;
  const told = steps.map(({ rendering: __, ...step }) => ({ ...step, restart: restartCommands(step) }));
  return `${JSON.stringify({ ...rest, steps: told }, null, 2)}\n`;
}

function heading(plan: UpgradePlan): string {
  const moves = movedBetween(plan.from, plan.to).map(
    (name) => `${COMPONENTS[name].title} ${versionOf(plan.from, name)} → ${versionOf(plan.to, name)}`,
  );
  if (moves.length === 0) return `${plan.environment}: nothing to upgrade\n`;
  return `${plan.environment}: ${moves.join(', ')}: ${plural(plan.steps.length, 'step')}\n`;
}

/** What there is to say of a step, by what it is about. */
function detailsOf(step: TakenStep): [string, string[]][] {
  const { blast, oneWay, behaviours, waits, findings } = step;
  const { tenants, admission, kinds, clusterScoped } = blast;
  const all: [string, string[]][] = [
    ['one way', oneWay ? [oneWay.why, `Before it: ${oneWay.save}`] : []],
    ['changes', [changesLine(blast.compartments), ...blast.compartments.map(compartmentLine)]],
    ['admission', admission.length > 0 ? [listed(admission)] : []],
    ['kinds', kinds.length > 0 ? [listed(kinds)] : []],
    ['cluster', clusterScoped.length > 0 ? [listed(clusterScoped)] : []],
    ['restarts', [restartsLine(blast.restarts)]],
    ['do', step.component === 'kubernetes' ? [providerAction(step)] : restartCommands(step)],
    ['notice', tenantLines(tenants)],
    [
      'mind',
      behaviours.map(
        ({ since, what, objects }) => `${since}: ${what}${objects.length > 0 ? ` ${listed(objects)}` : ''}`,
      ),
    ],
    ['wait for', [...waits]],
    ['WRONG', findings.map(formatFinding)],
  ];
  return all.filter(([, lines]) => lines.length > 0);
}

function providerAction({ from, to }: TakenStep): string {
  return `have the cluster moved from ${from} to ${to}, control plane first, then the nodes`;
}

/** How to give a ring's pods their new proxies. It changes no object that is rendered, and begins no canary run. */
export function restartCommands({ blast }: Pick<TakenStep, 'blast'>): string[] {
  return blast.restarts
    .filter(({ why }) => why === 'proxy')
    .map(({ compartment, object }) => `kubectl rollout restart ${resourceOf(object)} --namespace ${compartment}`);
}

/** `deployment/web` of `Deployment.apps/web`. */
function resourceOf(object: string): string {
  return object.replace(/^([A-Z][A-Za-z]*)[^/]*/, (_, kind: string) => kind.toLowerCase());
}

function changesLine(compartments: readonly CompartmentChange[]): string {
  if (compartments.length === 0) return 'no object';
  const objects = compartments.flatMap((each) => each.objects);
  return `${plural(objects.length, 'object')} of ${listed(compartments.map(({ compartment }) => compartment))}`;
}

const SIGN = { added: '+', removed: '-', changed: '~' } as const;

function compartmentLine({ compartment, objects }: CompartmentChange): string {
  return `${compartment}: ${listed(objects.map(({ object, change }) => `${SIGN[change]}${object}`))}`;
}

function objectLines(compartments: readonly CompartmentChange[]): string[] {
  return compartments.flatMap(({ compartment, objects }) =>
    objects.map(({ object, change }) => `${SIGN[change].replace('~', '!')} ${compartment} ${object}`),
  );
}

function restartsLine(restarts: readonly Restart[]): string {
  const of = (reason: Restart['why']) => restarts.filter(({ why }) => why === reason);
  const names = (some: readonly Restart[]) => listed(some.map(({ compartment, object }) => `${compartment} ${object}`));
  const [template, proxy, gateway] = [of('template'), of('proxy'), of('gateway')];
  return (
    [
      ...(template.length > 0 ? [`${names(template)} by themselves`] : []),
      ...(proxy.length > 0 ? [`${plural(proxy.length, 'workload')} by hand, for their proxies`] : []),
      ...(gateway.length > 0 ? [`the pods of ${names(gateway)} by themselves`] : []),
    ].join('; ') || 'nothing'
  );
}

/** Who notices the same is told in one line. */
function tenantLines(notices: TakenStep['blast']['tenants']): string[] {
  const byHow = new Map<string, string[]>();
  for (const { tenant, how } of notices) byHow.set(how, [...(byHow.get(how) ?? []), tenant]);
  return [...byHow].map(([how, tenants]) => `${listed(tenants)}: ${how}`);
}

function impossibleLines({ impossible, environment, steps }: UpgradePlan): string[] {
  if (!impossible) return [];
  const { why, instead } = impossible;
  return [
    'This cannot be had:',
    ...why.map((line) => `- ${line}`),
    ...(steps.length > 0 ? ['The steps above lead as near to it as tested ones can.'] : []),
    ...(instead ? [`Ask for: bulkhead upgrade ${environment} --to ${instead}`] : []),
  ];
}

/** As many names as fit into a sentence. */
const NAMED = 6;

function listed(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return rest > 0 ? `${names.slice(0, NAMED).join(', ')} and ${rest} more` : names.join(', ');
}

function plural(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
