import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { parse } from 'yaml';
import { emitYaml, type Json } from '../../stacks/emit/yaml';

const readers: Record<string, (text: string) => unknown> = {
  'yaml as 1.1': (text) => parse(text, { version: '1.1' }),
  'yaml as 1.2': (text) => parse(text, { version: '1.2' }),
  'js-yaml as 1.1': (text) => load(text, { schema: YAML11_SCHEMA }),
  'js-yaml as 1.2': (text) => load(text),
};

const words =
  'y n yes no on off true false null ~ e1 E+5 inf nan .inf -.INF .NaN = << - -- --- ... ? : # ! & * | > % @ `';
const numbers =
  '017 0o17 0x1F 0b11 1_000 1e3 1.5 1. .5 -1 +1 1:30 190:20:30 8080:59 1,000 10.0.0.1 0x1p4 12e03 _1 ._1 -e1';
const dates = '2020-01-01 2020-1-1 2001-12-14t21:59:43.10-05:00 2001-12-14T21:59:43Z';
const texts = 'a:b a: a:: ::1 fe80::1 a#b [a] {a} "a" a" \'a it\'s *a.b !!str 512Mi apps/v1 .dockerconfigjson';
const traps = `${words} ${numbers} ${dates} ${texts}`.split(' ');
const blanks = [
  '',
  ' ',
  'a b',
  'a  b',
  'a: b',
  'a #b',
  'a :b',
  ' a',
  'a ',
  '... g',
  '--- g',
  '2001-12-14 21:59:43.10 -5',
  '1 2',
];
const blocks = [
  'a\n',
  'a\nb',
  '\na',
  'a\n\n\n',
  '\n',
  'a\n \n',
  ' a\nb',
  '\n a\nb',
  '\ta\nb',
  'a\r\nb',
  'a\n\tb\n',
  '# a\nb',
  '---\na\n',
];
const units = [
  ...' \n\t\r:#-\'"|>%@&*!?[]{},=<\\~`0a\u0000\u0007\u007f\u0085\u00a0\u2028\u2029\u202e\ufeff\uffff\u00e9\u65e5\u{1f600}',
];

const trap = fc.constantFrom(...traps, ...blanks, ...blocks);
const fragment = fc.string({ unit: fc.constantFrom(...units, '\ud800', '\udc00', 'b', ' ', '\n'), maxLength: 8 });
const nasty = fc.oneof(
  trap,
  fragment,
  trap.map((word) => word.toUpperCase()),
  fc.string({ unit: fc.constantFrom(...'0123456789abefinoptxzETZ_.:+-, '), maxLength: 8 }),
  fc.array(fc.oneof(trap, fragment), { maxLength: 4 }).map((parts) => parts.join('\n')),
  fc.tuple(trap, fc.constantFrom('', ' ', ':', ': ', '/', 'a', '\n'), trap).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer({ min: 990, max: 1030 }).map((length) => 'k'.repeat(length)),
);

/** JSON knows no negative zero. */
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.constantFrom(2 ** 53, 2 ** 63, 2 ** 64, 1e20, 1e21, 1e22, 1.5e300, 1e-7, 5e-324, -1e21),
);

const { document } = fc.letrec<{ document: Json }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof({ weight: 4, arbitrary: nasty }, number, fc.boolean(), fc.constant(null)),
    fc.array(tie('document'), { maxLength: 4 }),
    fc.dictionary(
      nasty.filter((key) => key !== '__proto__'),
      tie('document'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
}));

function misread(value: Json): string[] {
  const text = emitYaml(value);
  if (!text.endsWith('\n')) return ['no newline at the end'];
  return Object.keys(readers).filter((name) => !isDeepStrictEqual(readers[name]?.(text), value));
}

test('every reader of YAML 1.1 and 1.2 gets back the value that was printed', () => {
  fc.assert(
    fc.property(document, (value) => expect(misread(value)).toEqual([])),
    { numRuns: 2000 },
  );
});

test('every trap alone, as a key, as a member and as an item is read back', () => {
  const everywhere = [...traps, ...blanks, ...blocks].flatMap((trap) => [trap, { [trap]: trap }, [trap, [trap]]]);
  expect(everywhere.filter((value) => misread(value).length > 0)).toEqual([]);
});

test('a manifest looks as people write it', () => {
  const container = { name: 'main', args: ['--port=8080'], ports: [{ containerPort: 8080 }], env: [], resources: {} };
  const spec = {
    replicas: 2,
    paused: false,
    hosts: ['*.example.com'],
    nested: [['a', ['b']], [{}]],
    containers: [container],
  };
  expect(emitYaml({ apiVersion: 'apps/v1', spec, data: { 'app.yaml': 'a: 1\n\nb:\n  c: 2\n', on: 'x\ny' } })).toBe(
    `apiVersion: apps/v1
spec:
  replicas: 2
  paused: false
  hosts:
  - "*.example.com"
  nested:
  - - a
    - - b
  - - {}
  containers:
  - name: main
    args:
    - "--port=8080"
    ports:
    - containerPort: 8080
    env: []
    resources: {}
data:
  app.yaml: |
    a: 1

    b:
      c: 2
  "on": |-
    x
    y
`,
  );
});

const digest = 'sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b';

test.each([
  ...[
    '512Mi',
    '100m',
    '1.5Gi',
    '30s',
    '25%',
    '10.0.0.0/8',
    'v1.31.0',
    'None',
    '/healthz',
    '.dockerconfigjson',
    'a, b (c)',
  ],
  ...['apps/v1', 'app.kubernetes.io/name', 'cluster.local/ns/shop/sa/web', `images.example.com/shop/web@${digest}`],
])('%s stays plain', (value) => {
  expect(emitYaml({ [value]: value })).toBe(`${value}: ${value}\n`);
});

test.each([
  ...[
    'Yes',
    'n',
    'OFF',
    'Null',
    '~',
    '',
    'e1',
    '.Inf',
    '0o17',
    '0x1F',
    '017',
    '1_000',
    '1e3',
    '1:30',
    '1.31',
    '10.0.0.1',
  ],
  ...[
    '2020-01-01',
    '=',
    '<<',
    '-',
    '--x',
    '?',
    '*.a',
    '&a',
    '!a',
    '@a',
    '`a`',
    '%a',
    '{a}',
    '[a]',
    '#a',
    "'a'",
    ':a',
    'a:',
    'a: b',
    'a #b',
  ],
])('%j is quoted', (value) => {
  expect(emitYaml({ [value]: value })).toBe(`"${value}": "${value}"\n`);
});

test.each([
  ['a blank or tab before the first line', ' a\nb', '" a\\nb"\n'],
  ['a tab before the first line', '\n\ta\n', '"\\n\\ta\\n"\n'],
  ['blanks after the last line', 'a\nb ', '"a\\nb "\n'],
  ['only line ends', '\n\n', '"\\n\\n"\n'],
  ['a carriage return', 'a\r\nb', '"a\\r\\nb"\n'],
  [
    'unseen characters',
    'a\u007f\u0085\u00a0\u2028\u202e\ufeff\uffff\nb',
    '"a\\u007f\\u0085\\u00a0\\u2028\\u202e\\ufeff\\uffff\\nb"\n',
  ],
  ['a lone surrogate', 'a\ud800', '"a\\ud800"\n'],
])('text with %s is quoted, with visible escapes', (_, value, expected) => {
  expect(emitYaml(value)).toBe(expected);
});

test.each([
  [-0, '0\n'],
  [0.1, '0.1\n'],
  [2 ** 63, '9223372036854775808\n'],
  [1e21, '1.0e+21\n'],
  [-1.5e-7, '-1.5e-7\n'],
  [5e-324, '5.0e-324\n'],
])('the number %d has a form that every reader takes for that number', (value, expected) => {
  expect(emitYaml(value)).toBe(expected);
});

/** What the types forbid and a cast or plain JavaScript lets through. */
function untyped(value: unknown): Json {
  return value as Json;
}

const cycle: { readonly name: string; self?: unknown } = { name: 'web' };
cycle.self = cycle;

test.each([
  [{ spec: { replicas: undefined } }, 'spec.replicas: expected a JSON value, got undefined.'],
  [{ spec: { ports: [{ port: 1 }, { port: Number.NaN }] } }, 'spec.ports[1].port: expected a finite number, got NaN.'],
  [{ metadata: { annotations: { 'a.b/c': 1n } } }, 'metadata.annotations["a.b/c"]: expected a JSON value, got bigint.'],
  [[new Date(0)], '[0]: expected a JSON value, got Date.'],
  [-Infinity, 'document: expected a finite number, got -Infinity.'],
  [cycle, `self${'.self'.repeat(64)}: expected at most 64 levels, got more, perhaps a cycle.`],
])('what is no JSON value is refused with its path', (value, message) => {
  expect(() => emitYaml(untyped(value))).toThrow(new Error(message));
});
