/** Factors of the suffixes, as powers: of ten in the left column, of two in the right. */
const DECIMAL: Readonly<Record<string, number>> = {
  ...{ n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 },
};
const BINARY: Readonly<Record<string, bigint>> = {
  ...{ Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n },
};

/** Kubernetes keeps nine digits behind the point and rounds up what is smaller. */
const SCALE = 9;

/**
 * An amount as Kubernetes writes it, exact: `1Gi` equals `1024Mi`.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export class Quantity {
  private constructor(
    /** The amount times 10^9. */
    readonly nanos: bigint,
  ) {}

  /** The amount that `text` says; `undefined` if it is none. */
  static read(text: string): Quantity | undefined {
    const parts = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?\d{1,3}|)$/.exec(text);
    if (!parts) return undefined;
    const [, sign, number = '', suffix = ''] = parts;
    const [whole = '', fraction = ''] = number.split('.');
    const digits = BigInt(`${whole}${fraction}`);
    const binary = BINARY[suffix];
    const power = binary === undefined ? (DECIMAL[suffix] ?? Number(suffix.slice(1))) : 0;
    const nanos = shift(digits * 2n ** (binary ?? 0n), SCALE + power - fraction.length);
    return new Quantity(sign === '-' ? -nanos : nanos);
  }

  compareTo(other: Quantity): bigint {
    if (this.nanos === other.nanos) return 0n;
    return this.nanos < other.nanos ? -1n : 1n;
  }
}

/** `digits` times 10^`power`, rounded up. */
function shift(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (digits + divisor - 1n) / divisor;
}
