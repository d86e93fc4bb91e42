import { EXIT } from '../exit';
import { findingLines } from '../outputs/report';
import type { Rendering } from '../render';

/** Tells people what is wrong, on stderr, and how much of it there is. */
export function tellFindings(renderings: readonly Pick<Rendering, 'name' | 'findings'>[]): void {
  const count = tellAll(renderings.map(({ name, findings }) => ({ environment: name, findings })));
  if (count > 0) process.stderr.write(`${count} ${count === 1 ? 'finding' : 'findings'}\n`);
}

/** The same without how much; returns that. What several environments find alike is told once. */
export function tellAll(results: Parameters<typeof findingLines>[0]): number {
  const lines = findingLines(results);
  for (const line of lines) process.stderr.write(`${red('error')} ${line}\n`);
  return lines.length;
}

/** The worst of what came of all environments. */
export function exitCodeOf(renderings: readonly Pick<Rendering, 'plan' | 'findings'>[]): number {
  if (renderings.some(({ plan }) => plan === undefined)) return EXIT.broken;
  return renderings.some(({ findings }) => findings.length > 0) ? EXIT.tenant : EXIT.ok;
}

function red(text: string): string {
  return process.stderr.isTTY && !process.env.NO_COLOR ? `\u001b[31m${text}\u001b[0m` : text;
}
