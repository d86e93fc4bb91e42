import * as z from 'zod';
import { closest } from '../input/did-you-mean';
import { name } from '../names';
import { envShape, refuseVariablesTwice } from './env-spec';
import { filesShape } from './files-spec';
import { probeCommand } from './health-spec';
import { imageShape, OPEN_IMAGE } from './image-spec';
import { sizeShape } from './size-spec';

/** The container of the app itself. */
export const MAIN = 'main';

const companionName = name
  .refine((value) => value !== MAIN, { error: 'Choose another name: the container of the app itself has this one.' })
  .refine((value) => !value.startsWith('istio-'), { error: 'Choose another name: the mesh has those with istio-.' });

const companion = z
  .strictObject({
    image: imageShape.image.default(OPEN_IMAGE).describe("Container image. Left out, or `.`: the app's own."),
    command: imageShape.command,
    args: imageShape.args,
    ...envShape,
    ...filesShape,
    ...sizeShape,
    ready: probeCommand
      .optional()
      .describe('Command that ends with 0 once it is ready. Left out: it counts as ready as soon as it runs.'),
    live: probeCommand.optional().describe('Command that fails only if it is stuck; then it is started anew.'),
    before: z
      .record(z.string(), z.enum(['started', 'healthy', 'complete']))
      .default({})
      .describe('Companions, or `main`, that start only once this one has started, is healthy, or has ended.'),
  })
  .superRefine(refuseVariablesTwice);

const companions = z.record(companionName, companion);

export type Companions = z.output<typeof companions>;

export type Companion = Companions[string];

/** What runs beside an app in its pods. */
export const companionsShape = {
  companions: companions
    .superRefine(checkStartOrder)
    .default({})
    .describe('What runs beside it in each of its pods, by name: first and to its end, or as long as the app itself.'),
};

/** Whether it ends before others start. Otherwise it runs as long as the app. */
export function endsFirst({ before }: Pick<Companion, 'before'>): boolean {
  return Object.values(before).includes('complete');
}

/** Names of companions in the order in which they start: each after those that say so, otherwise by name. */
export function startOrder(companions: Readonly<Record<string, Pick<Companion, 'before'>>>): string[] {
  const left = new Set(Object.keys(companions).sort());
  const order: string[] = [];
  for (;;) {
    const next = [...left].find((name) => ![...left].some((other) => isBefore(other, name, companions)));
    if (next === undefined) return order;
    left.delete(next);
    order.push(next);
  }
}

function isBefore(
  name: string,
  other: string,
  companions: Readonly<Record<string, Pick<Companion, 'before'> | undefined>>,
): boolean {
  return Object.hasOwn(companions[name]?.before ?? {}, other);
}

function checkStartOrder(companions: Companions, context: z.RefinementCtx): void {
  for (const [name, companion] of Object.entries(companions)) {
    for (const fault of faultsOf(name, companion, companions)) {
      const { path, problem, message } = fault;
      context.addIssue({ code: 'custom', path: [name, ...path], message, params: { problem } });
    }
  }
  const ordered = new Set(startOrder(companions));
  const circle = circleIn(companions, new Set(Object.keys(companions).filter((name) => !ordered.has(name))));
  const [first, second] = circle;
  if (first === undefined || second === undefined || first === second) return;
  const problem = `They start before each other in a circle: ${circle.join(', ')}.`;
  context.addIssue({
    ...{ code: 'custom', path: [first, 'before', second], message: 'Remove one of these lines.', params: { problem } },
  });
}

interface Fault {
  readonly path: readonly string[];
  readonly problem: string;
  readonly message: string;
}

function* faultsOf(name: string, companion: Companion, companions: Companions): Iterable<Fault> {
  const { before, ready, live } = companion;
  for (const [other, state] of Object.entries(before)) yield* waitFaults(name, other, state, companion, companions);
  for (const [member, command] of Object.entries({ ready, live })) {
    if (!command || !endsFirst(companion)) continue;
    const message = 'Leave it out, or write "started" or "healthy" under before.';
    yield { path: [member], problem: 'It ends before others start: nobody is there to be asked.', message };
  }
}

function* waitFaults(
  name: string,
  other: string,
  state: Companion['before'][string],
  companion: Companion,
  companions: Companions,
): Iterable<Fault> {
  const path = ['before', other];
  if (other === name) {
    yield { path, problem: 'Nothing starts before itself.', message: 'Remove this line.' };
  } else if (other !== MAIN && !Object.hasOwn(companions, other)) {
    const names = [MAIN, ...Object.keys(companions).filter((each) => each !== name)];
    const meant = closest(other, names);
    const message = meant ? `Did you mean "${meant}"?` : `Possible: ${names.join(', ')}.`;
    yield { path, problem: `There is no container "${other}".`, message };
  }
  if (state === 'healthy' && !companion.ready) {
    const message = 'Give it a command that says so, or write "started".';
    yield { path, problem: 'Nobody can tell when it is healthy.', message };
  }
  if (state !== 'complete' && endsFirst(companion)) {
    const message = 'Write "complete" everywhere, or nowhere.';
    yield { path, problem: 'It cannot both end before others start and run beside them.', message };
  }
}

/** A circle among those that no order could place, from where it is entered. */
function circleIn(companions: Companions, unordered: ReadonlySet<string>): string[] {
  const trail: string[] = [];
  let [name] = unordered;
  while (name !== undefined && !trail.includes(name)) {
    trail.push(name);
    // Whoever could not be placed has another of these before it: going back, one is met twice.
    const current = name;
    name = [...unordered].find((other) => isBefore(other, current, companions));
  }
  return name === undefined ? [] : [...trail.slice(trail.indexOf(name)), name].reverse();
}
