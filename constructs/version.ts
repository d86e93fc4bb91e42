/** The numbers of a version, however it is written: `1.30.3`, `v1.36`, `1.35`. */
function numbersOf(version: string): number[] {
  return version.replace(/^v/, '').split('.').map(Number);
}

/** Below nought if `a` is older than `b`, nought if neither is. Of `1.30` and `1.30.3` neither is: the one names the other. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other !== undefined && part !== other) return part - other;
  }
  return 0;
}

export function isNewer(a: string, b: string): boolean {
  return compareVersions(a, b) > 0;
}

/** How many minors lie between two versions; between two majors, how many majors. */
export function minorsBetween(a: string, b: string): number {
  const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [numbersOf(a), numbersOf(b)];
  return Math.abs(major === otherMajor ? minor - otherMinor : major - otherMajor);
}
