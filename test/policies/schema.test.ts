import fs from 'node:fs';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { closest } from '../../constructs/input/did-you-mean';
import { formatFinding } from '../../policies/finding';
import type { Manifest } from '../../policies/manifest';
import { checkSchemas } from '../../policies/schema';

const folder = path.join(__dirname, '..', 'broken', 'schema');

function linesOf(manifest: Manifest, minor = '1.36'): string[] {
  return checkSchemas([manifest], minor, closest).map(formatFinding);
}

describe('a manifest with one fault gets one finding', () => {
  test.each(fs.readdirSync(folder).sort())('%s', (name) => {
    const file = path.join(folder, name);
    const text = fs.readFileSync(file, 'utf8');
    const [manifest] = loadAll(text) as Manifest[];
    const lines = manifest ? linesOf(manifest) : [];
    const told = lines.map((line) => `# ${line}\n`).join('');
    if (process.env.UPDATE) fs.writeFileSync(file, told + text.replace(/^(#.*\n)*/, ''));
    expect(lines).toHaveLength(1);
    expect(fs.readFileSync(file, 'utf8').match(/^(#.*\n)*/)?.[0]).toBe(told);
  });
});
