/** As many names as fit into a sentence. */
const NAMED = 8;

/** Names in a sentence: the first of them, and how many more there are. */
export function listed(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return rest > 0 ? `${names.slice(0, NAMED).join(', ')} and ${rest} more` : names.join(', ');
}
