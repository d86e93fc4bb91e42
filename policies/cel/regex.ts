/**
 * What is wrong with a regular expression; `undefined` if it means the same to JavaScript and to the API server, which matches
 * by RE2. Only what both know and read alike is accepted: no look-around, no references back, no flags, no named groups, no
 * classes that differ, such as `\s` and a bare dot.
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function regexFault(pattern: string): string | undefined {
  const token =
    /\\[dDwW]|\\[.*+?^$|()[\]{}/\\-]|\[\^?(?:\\[dwDW.*+?^$|()[\]{}/\\-]|[^\]\\[])+\]|\(\?:|\((?!\?)|\)|[*+?]\??|\{\d{1,3}(?:,\d{0,3})?\}|[|^$]|[^\\()[\]{}*+?|^$.]/y;
  while (token.lastIndex < pattern.length) {
    const at = token.lastIndex;
    if (!token.test(pattern)) return `JavaScript and RE2 may not agree on "${pattern.slice(at)}"`;
  }
  try {
    new RegExp(pattern);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return undefined;
}
