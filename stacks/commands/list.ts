import { describeEnd } from '../../constructs/end';
import type { PassageProps } from '../../constructs/passage';
import { NOTHING_EARLIER } from '../load/earlier';
import { loadWorkspace, type WorkspaceOptions } from '../load/workspace';
import type { Plan } from '../planned';
import { type Rendering, render } from '../render';
import { table } from '../table';
import { today } from '../today';
import { exitCodeOf, tellFindings } from './outcome';

export interface ListOptions extends WorkspaceOptions {
  /** Shows the order of delivery instead. */
  readonly order?: boolean;
}

/** Prints what an environment consists of, or in what order it is delivered, to stdout. Returns the exit code. */
export function list(names: readonly string[], options: ListOptions): number {
  const { environments, tenants } = loadWorkspace(names, options);
  const renderings = environments.map((environment) => render(environment, tenants, NOTHING_EARLIER, today()));
  process.stdout.write(renderings.map((rendering) => describe(rendering, options)).join('\n'));
  tellFindings(renderings);
  return exitCodeOf(renderings);
}

function describe({ name, environment, plan, inputs }: Rendering, { order }: ListOptions): string {
  if (!plan || !environment) return `${name}: broken\n`;
  const heading = `${name}: Kubernetes ${environment.kubernetes}, ${environment.domain}\n\n`;
  if (order) return `${heading}${deliveryOrder(plan)}`;
  return [heading, compartments(plan), '\n', apps(inputs), '\n', passages(plan)].join('');
}

function compartments(plan: Plan): string {
  return table(
    ['COMPARTMENT', 'PLANE', 'OBJECTS', 'AFTER'],
    plan.compartments.map(({ name, plane, manifests, after }) => [
      name,
      plane,
      `${manifests.length}`,
      after.join(', '),
    ]),
  );
}

/** Compartments of one step wait for none of each other. */
function deliveryOrder(plan: Plan): string {
  const steps = new Map<string, number>();
  // In the plan's order, so that whatever a compartment waits for has its step already.
  for (const { name, after } of plan.compartments) {
    steps.set(name, 1 + Math.max(0, ...after.map((other) => steps.get(other) ?? 0)));
  }
  const rows = plan.compartments.map(({ name, plane, after }) => ({ step: steps.get(name) ?? 0, name, plane, after }));
  return table(
    ['STEP', 'COMPARTMENT', 'PLANE', 'WAITS FOR'],
    rows
      .toSorted((a, b) => a.step - b.step)
      .map(({ step, name, plane, after }) => [`${step}`, name, plane, after.join(', ')]),
  );
}

function apps(inputs: Rendering['inputs']): string {
  return table(
    ['APP', 'PORT', 'EXPOSE', 'IMAGE'],
    [...inputs.values()].flatMap(({ name, apps }) =>
      apps.map((app) => [`${name}/${app.name}`, `${app.port ?? ''}`, app.expose, app.image.replace(/@.*/, '')]),
    ),
  );
}

function passages(plan: Plan): string {
  return table(['FROM', 'TO', 'PORTS', 'WHY'], plan.passages.map(passageRow));
}

function passageRow({ from, to, ports, why }: PassageProps): string[] {
  return [describeEnd(from), describeEnd(to), ports.map(({ protocol, port }) => `${port}/${protocol}`).join(', '), why];
}
