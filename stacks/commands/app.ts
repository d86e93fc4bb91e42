import { closest } from '../../constructs/input/did-you-mean';
import { answerFor } from '../app-answer';
import { UsageError } from '../exit';
import { NOTHING_EARLIER } from '../load/earlier';
import { loadWorkspace, type WorkspaceOptions } from '../load/workspace';
import { type AppReference, splitReference } from '../reference-of-app';
import { type Rendering, render } from '../render';
import { today } from '../today';
import { exitCodeOf, tellFindings } from './outcome';

export interface AppOptions extends WorkspaceOptions {
  /** The environment to tell of. @default - all */
  readonly env?: string;
}

/**
 * Tells a developer what an app's file gives it: its address, who may call it and whom it may call, what runs of it, its limits,
 * how a new version takes over and in what time, what it asks for. Returns the exit code.
 * @throws {UsageError} when there is no such app
 */
export function app(text: string, options: AppOptions): number {
  const reference = splitReference(text);
  const { environments, tenants } = loadWorkspace(options.env === undefined ? [] : [options.env], options);
  const renderings = environments.map((loaded) => render(loaded, tenants, NOTHING_EARLIER, today()));
  const told = renderings.flatMap((rendering) => tell(rendering, reference) ?? []);
  tellFindings(renderings);
  if (told.length === 0 && exitCodeOf(renderings) === 0) throw unknownApp(text, renderings);
  process.stdout.write(told.join('\n'));
  return exitCodeOf(renderings);
}

/** Nothing where the environment is broken, or has no such app. */
function tell({ name, environment, plan, inputs }: Rendering, reference: AppReference): string | undefined {
  const tenant = inputs.get(reference.tenant);
  const spec = tenant?.apps.find((each) => each.name === reference.app);
  if (!environment || !plan || !tenant || !spec) return undefined;
  const lines = answerFor({ environment, plan, tenant, app: spec });
  const width = Math.max(...lines.map(([about]) => about.length));
  const text = lines.map(([about, answer]) => `  ${about.padEnd(width)}  ${answer}\n`).join('');
  return `${reference.tenant}/${reference.app} in ${name}\n${text}`;
}

function unknownApp(text: string, renderings: readonly Rendering[]): UsageError {
  const names = renderings.flatMap(({ inputs }) =>
    [...inputs.values()].flatMap(({ name, apps }) => apps.map((each) => `${name}/${each.name}`)),
  );
  const meant = closest(text, names);
  const all = [...new Set(names)].sort().join(', ');
  return new UsageError(`There is no app "${text}". ${meant ? `Did you mean "${meant}"?` : `There are: ${all}.`}`);
}
