/** Thrown by a value that is not known yet. CEL's own rules for errors then decide whether the verdict depends on it. */
export class UnknownValue extends Error {
  override readonly name = 'UnknownValue';
}

/** Whether an evaluation failed because it met a value that is not known yet. */
export function isUnknown(error: unknown): boolean {
  if (error instanceof UnknownValue) return true;
  return error instanceof Error && error.cause !== undefined && isUnknown(error.cause);
}
