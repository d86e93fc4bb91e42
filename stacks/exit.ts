/** What the process's exit code says. */
export const EXIT = {
  ok: 0,
  /** A tenant has findings; everything else is done. */
  tenant: 1,
  /** An environment or the platform is broken, or the command is wrong. */
  broken: 2,
  /** `diff`: something would change. `preflight`: something stands in the way of an upgrade or a drain. `upgrade status`: a step is
   * unfinished, or the next may not start. */
  changes: 3,
  /** `preflight`: applying now would fail or cut somebody off. `upgrade status`: the cluster is as no step leaves it. */
  stop: 4,
} as const;

/** A command that cannot be carried out as it is written. Its message says what to write. */
export class UsageError extends Error {}
