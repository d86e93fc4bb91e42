type Clock = () => number;

/** Things to do that are compared with each other. */
type Works<Name extends string> = Readonly<Record<Name, () => unknown>>;

/** Milliseconds that this process and its threads have computed. */
const processorClock: Clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const wallClock: Clock = () => performance.now();

/** Milliseconds that something computes, once. Whatever else a busy machine does is no part of it. */
export function processorTime(work: () => unknown): number {
  return timeOf(processorClock, work);
}

/** Median milliseconds that each work computes. A first round is not counted: it warms up caches and compilers. */
export function processorTimes<Name extends string>(rounds: number, works: Works<Name>): Record<Name, number> {
  interleaved(processorClock, 1, works);
  return interleaved(processorClock, rounds, works);
}

/** Median milliseconds that pass until each work is done: for other processes, whose computing cannot be seen here. */
export function wallTimes<Name extends string>(rounds: number, works: Works<Name>): Record<Name, number> {
  return interleaved(wallClock, rounds, works);
}

/** Every round runs each work once, so that whatever the machine does in between falls on all alike. */
function interleaved<Name extends string>(clock: Clock, rounds: number, works: Works<Name>): Record<Name, number> {
  const names = Object.keys(works) as Name[];
  const round = () => new Map(names.map((name) => [name, timeOf(clock, works[name])]));
  const times = Array.from({ length: rounds }, round);
  const medians = names.map((name) => [name, median(times.map((time) => time.get(name) ?? Number.NaN))]);
  return Object.fromEntries(medians) as Record<Name, number>;
}

function timeOf(clock: Clock, work: () => unknown): number {
  const start = clock();
  work();
  return clock() - start;
}

/** The one in the middle; of an even number, the lower of the two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

/** `0.42 s` for people. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}
