/** Something wrong with an input or with a construct tree: where, what, and what to do. */
export interface Problem {
  /** Members and indices from the input's root. */
  readonly path: readonly (string | number)[];
  /** A sentence that says what is wrong. */
  readonly problem: string;
  /** A sentence that says what to do. */
  readonly fix: string;
}

/** `containers.main.env["my.key"][0]`: as a reader would look for it. */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** Every problem of one thing, reported together. */
export class ProblemsError extends Error {
  constructor(
    readonly what: string,
    readonly problems: readonly Problem[],
  ) {
    super(
      problems
        .map(
          ({ path, problem, fix }) =>
            `${[what, ...(path.length > 0 ? [formatPath(path)] : [])].join(' ')}: ${problem} ${fix}`,
        )
        .join('\n'),
    );
    this.name = 'ProblemsError';
  }
}
