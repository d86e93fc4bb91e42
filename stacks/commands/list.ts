import { describeEnd } from '../../constructs/end';
import type { PassageProps } from '../../constructs/passage';
import { NOTHING_EARLIER } from '../load/earlier';
import { loadWorkspace, type WorkspaceOptions } from '../load/workspace';
import type { Plan } from '../planned';
import { type Rendering, render } from '../render';
import { table } from '../table';
import { exitCodeOf, tellFindings } from './outcome';

/** Prints what an environment consists of to stdout. Returns the exit code. */
export function list(names: readonly string[], options: WorkspaceOptions): number {
  const { environments, tenants } = loadWorkspace(names, options);
  const renderings = environments.map((environment) => render(environment, tenants, NOTHING_EARLIER));
  process.stdout.write(renderings.map(describe).join('\n'));
  tellFindings(renderings);
  return exitCodeOf(renderings);
}

function describe({ name, environment, plan, inputs }: Rendering): string {
  if (!plan || !environment) return `${name}: broken\n`;
  const heading = `${name}: Kubernetes ${environment.kubernetes}, ${environment.domain}\n\n`;
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
