import { EXIT, UsageError } from '../exit';
import { Folders } from '../watch/folders';
import { type Answer, Workbench } from '../watch/workbench';
import { tellAll, tellFindings } from './outcome';
import { STDOUT, type SynthOptions } from './synth';

/** Editors write a file in several steps. Milliseconds without another before it is read. */
const QUIET = 20;

/** Milliseconds after an answer before everything is rendered: whoever saves again meanwhile is answered first. */
const PAUSE = 250;

/**
 * Renders as `synth` does, and stays: whenever a file of a tenant or an environment changes, says at once what is wrong with that
 * tenant, then renders, checks and writes everything again. Ends when it is interrupted.
 * @throws {UsageError} when a folder is missing or an environment is not there
 */
export function watch(names: readonly string[], options: SynthOptions): number {
  startWatching(names, options);
  return EXIT.ok;
}

/** What runs until somebody closes it. */
export interface Watching {
  readonly close: () => void;
}

export function startWatching(names: readonly string[], options: SynthOptions): Watching {
  if (options.out === STDOUT) throw new UsageError('--watch writes trees. Name a folder with --out.');
  if (options.switched) throw new UsageError('What was switched is said once, to a run that ends. Leave out --watch.');
  const workbench = new Workbench(names, options);
  writeAll(workbench);
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const answer = () => {
    const started = performance.now();
    const answers = workbench.reload([...changed]).flatMap((tenant) => workbench.answer(tenant));
    changed.clear();
    tellAnswers(answers, performance.now() - started);
    timer = setTimeout(() => writeAll(workbench), PAUSE);
  };
  const folders = new Folders([options.tenants, options.environments], (path) => {
    changed.add(path);
    clearTimeout(timer);
    timer = setTimeout(answer, QUIET);
  });
  return {
    close: () => {
      clearTimeout(timer);
      folders.close();
    },
  };
}

function writeAll(workbench: Workbench): void {
  const outcomes = workbench.write();
  for (const { summary } of outcomes) process.stderr.write(`${summary}\n`);
  tellFindings(outcomes);
}

/** `shop: 1 finding (34 ms)`, after the findings. */
function tellAnswers(answers: readonly Answer[], took: number): void {
  for (const tenant of new Set(answers.map((answer) => answer.tenant))) {
    const own = answers.filter((answer) => answer.tenant === tenant);
    const count = tellAll(own);
    process.stderr.write(`${tenant}: ${count} ${count === 1 ? 'finding' : 'findings'} (${Math.round(took)} ms)\n`);
  }
}
