import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { referencePages } from './reference';
import { rulesPage } from './rules-page';

/** Writes the pages that are made of schemas and rules into the folder of the docs, which is named on the command line. */
const [, , folder = 'docs'] = process.argv;
write(join('rules', 'README.md'), rulesPage());
for (const [name, text] of referencePages()) write(join('reference', name), text);

function write(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
