import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referencePages } from './reference';

/** Writes the reference pages of all inputs into the folder that is named on the command line. */
const [, , folder = 'docs/reference'] = process.argv;
mkdirSync(folder, { recursive: true });
for (const [name, text] of referencePages()) writeFileSync(join(folder, name), text);
