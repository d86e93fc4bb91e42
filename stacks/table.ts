/** Rows as aligned columns with a heading, for people. No line ends in blanks, and rows that say the same stand once. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return [...new Set(lines)].map((line) => `${line.trimEnd()}\n`).join('');
}
