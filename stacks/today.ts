/** The day of this run, `2027-01-31`, by which exemptions expire. In UTC, so that it is the same day for everybody. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
