/** One number that the project promises, with what came out. */
export type Row = MeasuredRow | LeftOutRow;

export interface MeasuredRow {
  /** What is measured, and against what. */
  readonly what: string;
  readonly measured: number;
  readonly bound: 'at least' | 'at most';
  readonly limit: number;
  readonly unit: '×' | 'MB' | 's';
  /** The amounts behind the number. */
  readonly how: string;
}

export interface LeftOutRow {
  readonly what: string;
  /** Why it was not measured, and how to have it measured. */
  readonly leftOut: string;
}

/** Something to measure. */
export interface Measurement {
  readonly what: string;
  /** Takes so long that a quick run leaves it out. */
  readonly isLong: boolean;
  readonly measure: (run: Run) => Row[];
}

/** What the whole run was asked for. */
export interface Run {
  readonly isQuick: boolean;
  /** How often everything is measured but what takes very long; medians are shown. */
  readonly rounds: number;
}

export function isWithin({ measured, bound, limit }: MeasuredRow): boolean {
  return bound === 'at least' ? measured >= limit : measured <= limit;
}
