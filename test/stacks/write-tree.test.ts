import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { type Folder, readRecord, writeTree } from '../../stacks/outputs/gitops/write-tree';

/** A tree as data: text by path below the root; directories end in '/', links are '→ target'. */
type Tree = Record<string, string>;

const RECORD = '.bulkhead.json';
const NONE: ReadonlySet<string> = new Set();
const NOTHING: ReadonlyMap<string, string> = new Map();
const cleanUp = fs.mkdtempSync(path.join(os.tmpdir(), 'write-tree-'));

let count = 0;
function newRoot(): string {
  count += 1;
  fs.mkdirSync(path.join(cleanUp, String(count)));
  return path.join(cleanUp, String(count), 'prod');
}

function put(root: string, files: Tree): void {
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  }
}

function treeOf(root: string, below = ''): Tree {
  const tree: Tree = {};
  if (!fs.existsSync(root)) return tree;
  for (const entry of fs.readdirSync(path.join(root, below), { withFileTypes: true })) {
    const at = `${below}${entry.name}`;
    if (entry.isDirectory()) Object.assign(tree, { [`${at}/`]: '' }, treeOf(root, `${at}/`));
    else if (entry.isSymbolicLink()) tree[at] = `→ ${fs.readlinkSync(path.join(root, at))}`;
    else tree[at] = fs.readFileSync(path.join(root, at), 'utf8');
  }
  return tree;
}

const folder = (name: string, files: Tree, input?: unknown): Folder => ({
  name,
  files: new Map(Object.entries(files)),
  input,
});
const withoutRecords = (tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([file]) => !file.endsWith(RECORD) && !file.endsWith('/')));

function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
}

/** The run is refused with these lines, sorted, and neither the tree nor its staging folder shows that it was tried. */
function expectRefusal(root: string, folders: readonly Folder[], ...lines: string[]): void {
  expectRefusalBeside(NOTHING, root, folders, ...lines);
}

function expectRefusalBeside(
  beside: ReadonlyMap<string, string>,
  root: string,
  folders: readonly Folder[],
  ...lines: string[]
): void {
  const before = treeOf(path.dirname(root));
  const message = errorOf(() => writeTree(root, folders, NONE, beside));
  expect(message.replaceAll(root, 'prod').split('\n')).toEqual(lines.sort());
  expect(treeOf(path.dirname(root))).toEqual(before);
}

const inTheWay = (file: string) =>
  `prod/${file}: is in the way of this tree, and no earlier run wrote it. Move it elsewhere or delete it.`;

afterAll(() => fs.rmSync(cleanUp, { recursive: true }));

describe('a tree', () => {
  test('holds the files of each folder and a record of them', () => {
    const root = newRoot();
    const shop = folder('shop', { 'contents/b.yaml': 'b', 'boundary/a.yaml': 'a' }, { app: 1 });
    expect(writeTree(`${root}/`, [shop, folder('edge', {})], NONE)).toEqual({
      written: ['edge/.bulkhead.json', 'shop/.bulkhead.json', 'shop/boundary/a.yaml', 'shop/contents/b.yaml'],
      deleted: [],
      unchanged: 0,
    });
    expect(treeOf(path.dirname(root))).toEqual({
      'prod/': '',
      'prod/edge/': '',
      'prod/edge/.bulkhead.json': '{\n  "files": []\n}\n',
      'prod/shop/': '',
      'prod/shop/.bulkhead.json': `{
  "files": [
    "boundary/a.yaml",
    "contents/b.yaml"
  ],
  "input": {
    "app": 1
  }
}
`,
      'prod/shop/boundary/': '',
      'prod/shop/boundary/a.yaml': 'a',
      'prod/shop/contents/': '',
      'prod/shop/contents/b.yaml': 'b',
    });
    expect(readRecord(root, 'shop')).toEqual({ files: ['boundary/a.yaml', 'contents/b.yaml'], input: { app: 1 } });
    expect(readRecord(root, 'none')).toBeUndefined();
  });

  test('loses stale files, stale folders and the directories they empty, and nothing else', () => {
    const root = newRoot();
    writeTree(root, [folder('shop', { 'a/b/c': '1', 'a/d': '2', e: '3' }), folder('old', { 'a/b': '4' })], NONE);
    const unrelated = { README: 'x', 'shop/a/b/own': 'y', 'shop/own': 'z', 'other/own/file': '' };
    put(root, unrelated);
    fs.mkdirSync(path.join(root, 'other/empty'));
    expect(writeTree(root, [folder('shop', { e: '3' })], NONE)).toEqual({
      written: ['shop/.bulkhead.json'],
      deleted: ['old/.bulkhead.json', 'old/a/b', 'shop/a/b/c', 'shop/a/d'],
      unchanged: 1,
    });
    expect(withoutRecords(treeOf(root))).toEqual({ ...unrelated, 'shop/e': '3' });
    expect(Object.keys(treeOf(root))).toEqual(expect.arrayContaining(['other/empty/', 'shop/a/b/']));
    expect(treeOf(root)).not.toHaveProperty(['old/']);
  });

  test('keeps held folders as they are, wanted or not, even with a broken record', () => {
    const root = newRoot();
    writeTree(root, [folder('shop', { a: '1' }), folder('pay', { a: '1' }), folder('edge', { a: '1' })], NONE);
    put(root, { [`edge/${RECORD}`]: 'broken' });
    const before = treeOf(root);
    const changes = writeTree(root, [folder('shop', { b: '2' })], new Set(['shop', 'pay', 'edge', 'absent']));
    expect(changes).toEqual({ written: [], deleted: [], unchanged: 0 });
    expect(treeOf(root)).toEqual(before);
  });

  test('is not touched where nothing changed: one read per file, one look per directory', () => {
    const root = newRoot();
    const names = Array.from({ length: 20 }, (_, index) => `f${index}`);
    const folders = (changed: string) => [
      folder('shop', Object.fromEntries(names.map((name) => [`boundary/${name}`, name]))),
      folder('pay', { 'contents/a': 'a', 'contents/b': changed }),
    ];
    writeTree(root, folders('b'), NONE);
    const stamp = (file: string) => {
      const { ino, mtimeNs } = fs.statSync(path.join(root, file), { bigint: true });
      return `${file} ${ino} ${mtimeNs}`;
    };
    const stamps = () => Object.keys(withoutRecords(treeOf(root))).map(stamp);
    const before = stamps();

    const spies = [jest.spyOn(fs, 'openSync'), jest.spyOn(fs, 'lstatSync')];
    expect(writeTree(root, folders('b'), NONE)).toEqual({ written: [], deleted: [], unchanged: 24 });
    const below = spies.map((spy) => spy.mock.calls.filter(([at]) => String(at).startsWith(`${root}/`)).length);
    for (const spy of spies) spy.mockRestore();
    // A record is read twice: to know what is ours, then like every file. Each of the four directories is looked at once.
    expect(below).toEqual([22 + 2 + 2, 4]);
    expect(stamps()).toEqual(before);

    expect(writeTree(root, folders('new'), NONE)).toMatchObject({ written: ['pay/contents/b'], unchanged: 23 });
    const moved = stamps().filter((line) => !before.includes(line));
    expect(moved).toEqual([expect.stringContaining('pay/contents/b')]);
  });

  test('turns files into directories and directories into files', () => {
    const root = newRoot();
    writeTree(root, [folder('shop', { a: '1', 'b/c/d': '2', 'b/e': '3' })], NONE);
    const next = { 'a/x': '4', b: '5' };
    writeTree(root, [folder('shop', next)], NONE);
    expect(withoutRecords(treeOf(root))).toEqual({ 'shop/a/x': '4', 'shop/b': '5' });
  });

  test('is one tree under all its names', () => {
    const root = newRoot();
    const link = path.join(newRoot(), '../link');
    put(root, { own: '' });
    fs.symlinkSync(root, link);
    put(`${root}.staging`, { [`pid-${process.ppid}`]: '' });
    for (const name of [root, `${root}/`, link]) {
      expect(errorOf(() => writeTree(name, [], NONE))).toContain(`process ${process.ppid} is writing`);
    }
    fs.rmSync(`${root}.staging`, { recursive: true });
    writeTree(link, [folder('shop', { a: '1' })], NONE);
    expect(withoutRecords(treeOf(root))).toEqual({ own: '', 'shop/a': '1' });
  });
});

describe('a run is refused before anything is written', () => {
  test('when files that no run wrote are in the way; equal ones are adopted', () => {
    const root = newRoot();
    put(root, { 'shop/a/same': '1', 'shop/a/other': 'mine', 'shop/dir/own': 'mine', 'shop/file': 'mine', pay: 'mine' });
    const wanted = { 'a/same': '1', 'a/other': '2', dir: '3', 'file/x': '4', new: '5' };
    const ways = ['pay', 'shop/a/other', 'shop/dir', 'shop/file'];
    expectRefusal(root, [folder('shop', wanted), folder('pay', { a: '1' })], ...ways.map(inTheWay));

    expect(writeTree(root, [folder('shop', { 'a/same': '1' })], NONE)).toMatchObject({ unchanged: 1 });
    writeTree(root, [folder('shop', {})], NONE);
    expect(Object.keys(withoutRecords(treeOf(root)))).not.toContain('shop/a/same');
  });

  test('when a link or a directory stands at a file right in the root, or a folder does; a file there is replaced', () => {
    const root = newRoot();
    const shop = [folder('shop', { a: '1' })];
    put(root, { '../precious': 'mine', 'b.md/own': '' });
    fs.symlinkSync('../precious', path.join(root, 'a.md'));
    const beside = new Map(['a.md', 'b.md'].map((name) => [name, 'new']));
    expectRefusalBeside(beside, root, shop, inTheWay('a.md'), inTheWay('b.md'));
    const place = "is the directory of another file. Name one file below its folder, with '/' between segments.";
    expectRefusalBeside(new Map([['shop', '']]), root, shop, `prod/shop: ${place}`);

    fs.unlinkSync(path.join(root, 'a.md'));
    put(root, { 'a.md': 'of an earlier run' });
    expect(writeTree(root, shop, NONE, new Map([['a.md', 'new']])).written).toContain('a.md');
    expect(withoutRecords(treeOf(root))).toEqual({ 'a.md': 'new', 'b.md/own': '', 'shop/a': '1' });
  });

  test('when a wanted file is a link or the staging folder is one, whatever lies behind', () => {
    const root = newRoot();
    writeTree(root, [folder('shop', { a: '1' })], NONE);
    put(root, { '../elsewhere/tree': 'mine' });
    fs.unlinkSync(path.join(root, 'shop/a'));
    fs.symlinkSync('/dev/zero', path.join(root, 'shop/a'));
    expectRefusal(root, [folder('shop', { a: '1' })], inTheWay('shop/a'));
    fs.symlinkSync('elsewhere', `${root}.staging`);
    expectRefusal(
      root,
      [],
      'prod.staging: is a symbolic link, and nothing is written or deleted through one. Replace it with a directory.',
    );
  });

  test('when a directory that has to become a file holds something unrelated', () => {
    const root = newRoot();
    writeTree(root, [folder('shop', { 'a/b': '1' })], NONE);
    put(root, { 'shop/a/c/own': '' });
    expectRefusal(root, [folder('shop', { a: '2' })], inTheWay('shop/a/c'), inTheWay('shop/a/c/own'));
  });

  test('when the root is a file or has no name', () => {
    const root = newRoot();
    fs.writeFileSync(root, '');
    const message = errorOf(() => writeTree(root, [], NONE));
    expect(message).toBe(
      `${root}: is in the way of this tree, and no earlier run wrote it. Move it elsewhere or delete it.`,
    );
    expect(errorOf(() => writeTree('..', [], NONE))).toBe("..: is not a directory's own name. Give its name.");
  });

  test('when a path would leave its folder or two paths exclude each other', () => {
    const root = newRoot();
    const bad = {
      '/a': '',
      '../a': '',
      'a//b': '',
      'a\\b': '',
      'a/./b': '',
      '': '',
      'a/': '',
      x: '',
      'x/y': '',
    };
    const folders = [
      folder('shop', { ...bad, [RECORD]: '' }),
      folder('a/b', {}),
      folder('..', {}),
      folder('pay', {}),
      folder('pay', {}),
    ];
    const segment = "has a segment that is empty, '.' or '..'";
    const line = (at: string, wrong: string) =>
      `prod/${at}: ${wrong}. Name one file below its folder, with '/' between segments.`;
    expectRefusal(
      root,
      folders,
      line('..', segment),
      line('a/b', 'is a folder of more than one segment'),
      line('pay', 'is the folder of two compartments'),
      line('shop/', segment),
      line('shop/../a', segment),
      line('shop/.bulkhead.json', 'is the place of the record'),
      line('shop//a', 'is absolute'),
      line('shop/a/', segment),
      line('shop/a/./b', segment),
      line('shop/a//b', segment),
      line('shop/a\\b', 'has a backslash'),
      line('shop/x', 'is the directory of another file'),
    );
  });

  test('when a directory on the way to a wanted file is a link; stale files behind one are left alone', () => {
    const root = newRoot();
    const files = { 'a/b': '1', 'c/d': '2' };
    writeTree(root, [folder('shop', files), folder('pay', { a: '3' })], NONE);
    const outside = path.join(path.dirname(root), 'outside');
    for (const directory of ['shop/a', 'pay']) {
      fs.renameSync(path.join(root, directory), path.join(path.dirname(root), path.basename(directory)));
      fs.symlinkSync(path.join(path.dirname(root), path.basename(directory)), path.join(root, directory));
    }
    put(outside, { b: 'unrelated' });
    const link = (at: string) =>
      `prod/${at}: is a symbolic link, and nothing is written or deleted through one. Replace it with a directory.`;
    expectRefusal(root, [folder('shop', { ...files, 'a/b': '4' }), folder('pay', {})], link('pay'), link('shop/a'));

    expect(writeTree(root, [folder('shop', {})], NONE).deleted).toEqual(['shop/c/d']);
    expect(treeOf(path.dirname(root))).toMatchObject({ 'a/b': '1', 'pay/a': '3', 'outside/b': 'unrelated' });
  });

  test.each([
    ['no JSON', '{'],
    ['no object', 'null'],
    ['no list', '{"files": "a"}'],
    ['no paths', '{"files": [1]}'],
    ['a path to elsewhere', '{"files": ["../../precious"]}'],
  ])('when a record is corrupt: %s', (_, text) => {
    const root = newRoot();
    put(root, { [`old/${RECORD}`]: text, [`shop/${RECORD}`]: text, 'shop/a': 'mine', '../precious': '' });
    const line = (name: string) =>
      `prod/${name}/.bulkhead.json: is not a record of written files. Restore it from version control, or delete it ` +
      'together with the files of its folder that you did not write.';
    expectRefusal(root, [folder('shop', { a: '1' })], line('old'), line('shop'));
    expect(errorOf(() => readRecord(root, 'shop')).replaceAll(root, 'prod')).toBe(line('shop'));
  });

  test('when another process is writing the tree; a process that is gone does not count', () => {
    const root = newRoot();
    const staging = `${root}.staging`;
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    put(staging, { [`pid-${gone}`]: '', [`pid-${process.ppid}`]: '', 'tree/shop/a': 'of the other' });
    expectRefusal(
      root,
      [folder('shop', { a: '1' })],
      `prod.staging/pid-${process.ppid}: process ${process.ppid} is writing prod now. Wait until it ends; ` +
        'if that process is something else, delete this file.',
    );
    fs.unlinkSync(path.join(staging, `pid-${process.ppid}`));
    writeTree(root, [folder('shop', { a: '1' })], NONE);
    expect(fs.readdirSync(path.dirname(root))).toEqual(['prod']);
    expect(withoutRecords(treeOf(root))).toEqual({ 'shop/a': '1' });
  });

  test.each([
    ['no JSON', '{'],
    ['an unknown step', '[["toString", "shop/a"]]'],
    ['a path to elsewhere', '[["remove", "../precious"]]'],
  ])('when a journal was altered: %s', (_, text) => {
    const root = newRoot();
    put(root, { 'shop/own': '', '../precious': '', '../prod.staging/journal.json': text });
    expectRefusal(
      root,
      [],
      'prod.staging/journal.json: is not a journal. Delete it, restore prod from version control, and run again.',
    );
  });

  test('when a directory that a journal names has become a link', () => {
    const root = newRoot();
    put(root, { '../precious/a': '', 'shop/own': '', '../prod.staging/journal.json': '[["remove", "shop/x/a"]]' });
    fs.symlinkSync('../../precious', path.join(root, 'shop/x'));
    expectRefusal(
      root,
      [],
      'prod/shop/x: is a symbolic link, and nothing is written or deleted through one. Replace it with a directory.',
    );
  });
});

describe('a run that is cut off', () => {
  const NAMES: ReadonlySet<string> = new Set(['shop', 'pay', 'edge', 'held', 'stale', 'added']);

  /** Every function of node:fs by which a run changes the disk. */
  const CHANGES = ['mkdirSync', 'writeFileSync', 'renameSync', 'unlinkSync', 'rmdirSync', 'rmSync'];
  const real = new Map(CHANGES.map((name) => [name, Reflect.get(fs, name) as (...args: unknown[]) => unknown]));

  /** Runs with the change number `at` failing, half done where that is possible; after a kill all later ones fail too. */
  function cut(at: number, end: 'error' | 'kill', run: () => void): string[] {
    const done: string[] = [];
    for (const [name, change] of real) {
      Reflect.set(fs, name, (...args: unknown[]) => {
        const isCut = done.push(`${name} ${String(args[0])}`) - 1 === at;
        if (isCut && name === 'writeFileSync') change(args[0], String(args[1]).slice(0, String(args[1]).length / 2));
        if (isCut || (end === 'kill' && done.length > at)) throw new Error('cut');
        return change(...args);
      });
    }
    try {
      run();
    } catch (error) {
      if ((error as Error).message !== 'cut') throw error;
    } finally {
      for (const [name, change] of real) Reflect.set(fs, name, change);
    }
    return done;
  }

  const BESIDE: ReadonlyMap<string, string> = new Map([['beside', 'new']]);

  interface Case {
    readonly old: readonly Folder[];
    readonly wanted: readonly Folder[];
    readonly held: ReadonlySet<string>;
    readonly unrelated: Tree;
  }

  function rootOf({ old, unrelated }: Case): string {
    const root = newRoot();
    if (old.length > 0) writeTree(root, old, NONE, new Map([['beside', 'old']]));
    for (const [file, text] of Object.entries(unrelated)) {
      if (fs.existsSync(path.join(root, file))) continue;
      try {
        put(root, { [file]: text });
      } catch {
        // One of its directories is a file of the old tree.
      }
    }
    return root;
  }

  /** The tree before and after a run that is not cut; undefined when the run is refused, and then nothing may change. */
  function uncut(example: Case): { before: Tree; after: Tree } | undefined {
    const root = rootOf(example);
    const before = treeOf(root);
    const refusal = errorOf(() => writeTree(root, example.wanted, example.held, BESIDE));
    const after = treeOf(root);
    if (refusal === 'no error') return { before, after };
    expect(after).toEqual(before);
    return undefined;
  }

  /** The promises at one cut; false when the run ends before it. */
  function checkCut(example: Case, at: number, end: 'error' | 'kill', whole = uncut(example)): boolean {
    if (whole === undefined) return false;
    const { before, after } = whole;
    const root = rootOf(example);
    const run = () => writeTree(root, example.wanted, example.held, BESIDE);
    const done = cut(at, end, run);

    const now = treeOf(root);
    const isCommitted = done.slice(0, at).some((change) => /^renameSync .*(draft|tree)$/.test(change));
    if (!isCommitted) expect(now).toEqual(before);
    if (!fs.existsSync(`${root}.staging/journal.json`)) expect([before, after]).toContainEqual(now);
    for (const file of Object.keys(before).filter((name) => !name.endsWith('/') && after[name] !== undefined)) {
      expect([before[file], after[file]]).toContain(now[file]);
    }

    for (const name of NAMES) {
      const filesOf = (tree: Tree) =>
        Object.entries(tree).filter(([at]) => at.startsWith(`${name}/`) && !at.endsWith('/'));
      const record = `${name}/${RECORD}`;
      // A record never speaks of files that are still to be moved or deleted.
      if (now[record] !== before[record]) expect(filesOf(now)).toEqual(filesOf(after));
    }

    const isPromised = fs.existsSync(`${root}.staging/journal.json`);
    writeTree(root, [], NAMES); // with all folders held it has nothing of its own to do
    expect(treeOf(root)).toEqual(isPromised ? after : now);
    run();
    expect(treeOf(root)).toEqual(after);
    expect(fs.existsSync(`${root}.staging`)).toBe(false);
    expect(run()).toMatchObject({ written: [], deleted: [] });
    return done.length > at;
  }

  test.each(['error', 'kill'] as const)('at any point (%s) is carried through or begun anew by the next', (end) => {
    const old = [
      folder('shop', { same: '1', changed: '2', 'gone/a': '3', file: '4', 'dir/a/b': '5' }, 'old'),
      folder('stale', { 'a/b': '6', c: '7' }),
      folder('held', { a: '8' }),
    ];
    const wanted = [
      folder('shop', { same: '1', changed: 'new', 'new/a': '9', 'file/a': '10', dir: '11' }, 'new'),
      folder('held', { b: '12' }),
      folder('added', { 'a/b': '13' }),
    ];
    const unrelated = { own: 'x', 'shop/own': 'y', 'shop/gone/own': 'z', 'stale/a/own': '' };
    const cuts = (example: Case): number => {
      const whole = uncut(example);
      let at = 0;
      while (checkCut(example, at, end, whole)) at += 1;
      return at;
    };
    expect(cuts({ old, wanted, held: new Set(['held']), unrelated })).toBeGreaterThan(50);
    expect(cuts({ old: [], wanted, held: NONE, unrelated: {} })).toBeGreaterThan(20);
  });

  test('leaves the tree wanted, whatever the trees, the unrelated files and the cut', () => {
    const segment = fc.constantFrom('x', 'y', 'z');
    const file = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
    const files = fc.dictionary(file, fc.constantFrom('1', '2'), { maxKeys: 6 }).map((tree) => {
      const paths = Object.keys(tree);
      return Object.fromEntries(
        Object.entries(tree).filter(([at]) => !paths.some((other) => other.startsWith(`${at}/`))),
      );
    });
    const name = fc.constantFrom('shop', 'pay', 'edge');
    const folders = fc.uniqueArray(fc.record({ name, files, input: fc.constantFrom(undefined, 1, 2) }), {
      selector: (entry) => entry.name,
      maxLength: 3,
    });
    const own = fc.tuple(fc.constantFrom('', 'own/', 'shop/', 'pay/'), file, fc.constantFrom('', '/own'));
    fc.assert(
      fc.property(
        folders,
        folders,
        fc.array(name, { maxLength: 1 }),
        fc.dictionary(
          own.map((parts) => parts.join('')),
          fc.constantFrom('1', 'own'),
          { maxKeys: 3 },
        ),
        fc.nat({ max: 60 }),
        fc.constantFrom('error' as const, 'kill' as const),
        (old, wanted, held, unrelated, at, end) => {
          const asFolders = (list: typeof old) => list.map((entry) => folder(entry.name, entry.files, entry.input));
          checkCut({ old: asFolders(old), wanted: asFolders(wanted), held: new Set(held), unrelated }, at, end);
        },
      ),
      { numRuns: 40 },
    );
  });
});
