const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 },
};

/** A Kubernetes quantity as a number of cores or bytes; `undefined` if it is none. */
export function amountOf(quantity: unknown): number | undefined {
  if (typeof quantity === 'number') return quantity;
  if (typeof quantity !== 'string') return undefined;
  const [, number, unit = ''] = /^([0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]*)$/.exec(quantity) ?? [];
  const factor = FACTORS[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

const SECONDS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** A duration as Go writes it, `1m30s`, in seconds; `undefined` if it is none. */
export function secondsOf(duration: unknown): number | undefined {
  if (duration === 0 || duration === '0') return 0;
  if (typeof duration !== 'string' || !/^([0-9.]+(ns|us|µs|ms|s|m|h))+$/.test(duration)) return undefined;
  let seconds = 0;
  for (const [, number, unit = ''] of duration.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)) {
    seconds += Number(number) * (SECONDS[unit] ?? 0);
  }
  return seconds;
}
