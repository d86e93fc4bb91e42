import { isUtf8 } from 'node:buffer';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { FILES } from '../../constructs/defaults';
import { valueAt } from '../../constructs/input/schema';
import type { Source } from './score';

/** Reads a file that a Score file names. It has to lie in the same folder or below, links followed: no other is the team's. */
export function readSource(folder: string, path: string): Source {
  const beside = 'Name a file beside this one, or in a folder below, for example "settings.yaml".';
  if (isAbsolute(path)) return { problem: `"${path}" is no file of this team.`, fix: beside };
  try {
    const file = realpathSync(join(folder, path));
    const within = relative(realpathSync(folder), file);
    if (within === '' || within === '..' || within.startsWith(`..${sep}`) || isAbsolute(within)) {
      return { problem: `"${path}" is no file of this team.`, fix: beside };
    }
    const stat = statSync(file);
    if (!stat.isFile()) return { problem: `"${path}" is no plain file.`, fix: beside };
    const { size } = stat;
    if (size > FILES.bytes) return tooLarge(path, size);
    const bytes = readFileSync(file);
    return isUtf8(bytes) && !bytes.includes(0) ? { text: bytes.toString('utf8') } : { bytes: bytes.toString('base64') };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return { problem: `"${path}" cannot be read (${code}).`, fix: beside };
  }
}

function tooLarge(path: string, size: number): Source {
  return {
    problem: `"${path}" has ${size} bytes.`,
    fix: `Keep it below ${FILES.bytes}: build large ones into the image, or fetch them when the app starts.`,
  };
}

/** The files that a Score document names, even where the rest of it is wrong: they are not there for nothing. */
export function sourcesIn(document: unknown): string[] {
  const containers = Object.values(valueAt(document, ['containers']) ?? {});
  const files = containers.flatMap((container) => Object.values(valueAt(container, ['files']) ?? {}));
  return files.flatMap((file) => {
    const source = valueAt(file, ['source']);
    return typeof source === 'string' ? [source] : [];
  });
}
