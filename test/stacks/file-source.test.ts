import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILES } from '../../constructs/defaults';
import { readSource } from '../../stacks/load/file-source';

const root = mkdtempSync(join(tmpdir(), 'file-source-'));
const folder = join(root, 'shop');
mkdirSync(join(folder, 'config'), { recursive: true });
writeFileSync(join(root, 'secret'), 'of another team');
writeFileSync(join(folder, 'config', 'a.yaml'), 'a: ä\n');
writeFileSync(join(folder, 'logo'), Buffer.from([0, 255]));
writeFileSync(join(folder, 'large'), Buffer.alloc(FILES.bytes + 1, 'a'));
symlinkSync(join(root, 'secret'), join(folder, 'link'));
symlinkSync(root, join(folder, 'up'));
symlinkSync(folder, join(root, 'shop-by-link'));
symlinkSync('circle', join(folder, 'circle'));

afterAll(() => rmSync(root, { recursive: true }));

test('an app gets the text or the bytes of a file that lies beside its own', () => {
  expect(readSource(folder, './config/a.yaml')).toEqual({ text: 'a: ä\n' });
  expect(readSource(folder, 'config/../logo')).toEqual({ bytes: 'AP8=' });
  expect(readSource(join(root, 'shop-by-link'), 'config/a.yaml')).toEqual({ text: 'a: ä\n' });
});

test.each([
  ...['../secret', 'config/../../secret', 'link', 'up/secret', join(root, 'secret'), '/dev/zero', '.', '..'],
  ...['circle', 'config', 'nowhere', 'large', 'config/a.yaml\0'],
])('no app gets %s', (path) => {
  const source = readSource(folder, path);
  expect(source).toEqual({ problem: expect.stringMatching(/^".*"/), fix: expect.any(String) });
  expect(JSON.stringify(source)).not.toContain('another team');
});
