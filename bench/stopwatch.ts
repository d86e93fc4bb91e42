/** Milliseconds since some moment. */
type Clock = () => number;

/** What this process and its threads have computed: whatever else a busy machine does is no part of it. */
export const processorClock: Clock = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** What passes for whoever waits. For other processes, whose computing nobody here can see. */
export const wallClock: Clock = () => performance.now();

/** Milliseconds that something takes, once. */
export function timeOf(clock: Clock, work: () => unknown): number {
  const start = clock();
  work();
  return clock() - start;
}

/**
 * Median milliseconds of each work. Every round runs all of them once, so that whatever else the machine does in between
 * falls on all alike. A first round is not counted: it warms up caches and compilers.
 */
export function medianTimes<Name extends string>(
  clock: Clock,
  rounds: number,
  works: Readonly<Record<Name, () => unknown>>,
): Record<Name, number> {
  const names = Object.keys(works) as Name[];
  const round = () => new Map(names.map((name) => [name, timeOf(clock, works[name])]));
  round();
  const times = Array.from({ length: rounds }, round);
  const medians = names.map((name) => [name, median(times.map((time) => time.get(name) ?? Number.NaN))]);
  return Object.fromEntries(medians) as Record<Name, number>;
}

/** The one in the middle; of an even number, the lower of the two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

/** `0.42 s` for people. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}
