import { RE2JS } from '@bufbuild/re2';
import fc from 'fast-check';
import { Address, Block } from '../../policies/cel/address';
import { admissionPolicies } from '../../policies/cel/admission';
import { CEL_RULES } from '../../policies/cel/check';
import { checkAdmission } from '../../policies/cel/check-admission';
import { dialectOf } from '../../policies/cel/dialect';
import { Quantity } from '../../policies/cel/quantity';
import { regexFault } from '../../policies/cel/regex';
import { toCel } from '../../policies/cel/value';
import { formatFinding } from '../../policies/finding';
import type { Manifest } from '../../policies/manifest';
import { COSTLY } from './corpus/large';

const { compile } = dialectOf('1.36');

function evaluate(expression: string, object: unknown = {}): unknown {
  return compile(expression, 'test')({ object: toCel(object), variables: {} });
}

const spec = { replicas: 2, ratio: 0.5, none: null, list: [{ name: 'a' }, { name: 'b' }], labels: { tier: 'web' } };

test.each<[expression: string, value: unknown]>([
  ['object.spec.replicas + 1', 3n],
  ['object.spec.replicas >= 2 && object.spec.ratio < 1.0', true],
  ['has(object.spec.none)', false],
  ['object.spec.?a.?b.orValue(7) == 7', true],
  ["object.spec.labels[?'tier'].orValue('') == 'web'", true],
  ["object.spec.labels.all(k, k == 'tier')", true],
  ['object.spec.missing == 1 || true', true],
  ['false && object.spec.missing == 1', false],
  ["object.spec.list.exists(x, x.name == 'b') && object.spec.list.exists_one(x, x.name == 'a')", true],
  ['object.spec.list.map(x, x.name) == ["a", "b"]', true],
  ["quantity('1Gi').compareTo(quantity('1024Mi'))", 0n],
  ["quantity('100m').isLessThan(quantity('0.2'))", true],
  ["cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && !cidr('10.0.0.0/8').containsIP('11.0.0.1')", true],
  ["cidr('fd00::/8').prefixLength() == 8 && !cidr('fd00::/8').containsIP('10.0.0.1')", true],
  ["isIP('::ffff:1.2.3.4') || isIP('01.2.3.4') || isCIDR('10.0.0.0/33')", false],
  ["'a.b'.replace('.', '-') + 'abc'.charAt(1) + 'x1y22'.find('[0-9]+')", 'a-bb1'],
  ["'x1y22'.findAll('[0-9]+') == ['1', '22'] && [1, 2].isSorted() && [1, 2].sum() == 3", true],
])('%s', (expression, value) => {
  expect(evaluate(expression, { spec })).toEqual(value);
});

test.each([
  ['object.spec.missing == 1', 'No such key: missing'],
  ['has(object.spec.a.b)', 'No such key: a'],
  ['object.spec.replicas + 1.0', 'no such overload'],
  ["quantity('lots').compareTo(quantity('1')) == 0", '"lots" is no quantity'],
  ["cidr('10.0.0.0').prefixLength() == 8", '"10.0.0.0" is no CIDR block'],
])('%s is an error, as in the cluster', (expression, message) => {
  expect(() => evaluate(expression, { spec })).toThrow(message);
});

test.each(COSTLY)('%s is refused for what it costs', (expression) => {
  expect(() => compile(expression, 'test')).toThrow('goes through a whole list for every element of another');
});

test.each([
  'variables.containers.all(c, c.?env.orValue([]).all(e, !(e.name in c.names)))',
  "variables.volumes.all(v, ['a', 'b'].exists(x, x == v.name) || v.name in ['c'])",
  "variables.volumes.map(v, v.name).all(n, n != '')",
])('%s costs no more than the object is long', (expression) => {
  expect(() => compile(expression, 'test')).not.toThrow();
});

test.each([
  ['object.spec ==', 'Unexpected token: EOF'],
  ['objects.spec == 1', 'Unknown variable: objects'],
  ['1 + "a" == 2', 'no such overload'],
  ["[1, 'a'].size() == 2", 'List elements must have the same type'],
  ['cel.bind(x, 1, x == 1)', '"bind" is none of the functions that rules may call'],
  ["bytes('a').hex() == ''", '"hex" is none of the functions'],
  ['{?"a": object.?a}.size() == 0', 'Unexpected token: QUESTION'],
  ["authorizer.group('').check('get').allowed()", '"allowed" is none of the functions'],
  ["'a'.matches('(?=a)')", 'JavaScript and RE2 may not agree on "(?=a)"'],
  ["'a'.matches(object.spec.pattern)", 'a regular expression must stand there as a text'],
])('%s is refused before it is ever evaluated', (expression, message) => {
  expect(() => compile(expression, 'a-rule')).toThrow(message);
  expect(() => compile(expression, 'a-rule')).toThrow('a-rule: ');
});

test('a function is refused where the minor does not have it yet', () => {
  const old = dialectOf('1.29');
  expect(() => old.compile("isCIDR('10.0.0.0/8')", 'a-rule')).toThrow('"isCIDR" needs Kubernetes 1.30');
  expect(() => old.compile("isQuantity('1Gi')", 'a-rule')).not.toThrow();
});

test('quantities compare as the sums of bytes that they are', () => {
  const suffixes = { Ki: 1024, Mi: 1024 ** 2, k: 1e3, M: 1e6, '': 1 };
  const quantity = fc.tuple(fc.nat(10_000), fc.constantFrom(...Object.entries(suffixes)));
  fc.assert(
    fc.property(quantity, quantity, ([a, [unitA, factorA]], [b, [unitB, factorB]]) => {
      const [left, right] = [Quantity.read(`${a}${unitA}`), Quantity.read(`${b}${unitB}`)];
      if (!left || !right) throw new Error('not read');
      expect(left.compareTo(right)).toBe(BigInt(Math.sign(a * factorA - b * factorB)));
    }),
  );
  for (const text of ['', '1GiB', '1 Gi', '0x1', 'Gi', '1.5.0', '--1']) expect(Quantity.read(text)).toBeUndefined();
});

test('a block contains exactly the addresses that share its first bits', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (a, b, length) => {
      const bits = (ip: string) =>
        ip
          .split('.')
          .map((part) => Number(part).toString(2).padStart(8, '0'))
          .join('');
      const [address, block] = [Address.read(b), Block.read(`${a}/${length}`)];
      if (!address || !block) throw new Error('not read');
      expect(block.contains(address)).toBe(bits(a).slice(0, length) === bits(b).slice(0, length));
    }),
  );
  fc.assert(fc.property(fc.ipV6(), (ip) => (Address.read(ip) === undefined) === ip.includes('.')));
});

test('what passes the check of regular expressions means the same to RE2', () => {
  const piece = fc.constantFrom('a', 'b', '[a-c]', '[^a]', '(ab|c)', '(?:b)', '[.]', '\\d', '\\w', '^', '$', '|');
  const pattern = fc
    .array(fc.tuple(piece, fc.constantFrom('', '', '*', '+', '?', '{1,2}', '*?')), { maxLength: 6 })
    .map((parts) => parts.flat().join(''));
  let compared = 0;
  fc.assert(
    fc.property(
      pattern,
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.'), maxLength: 6 }),
      (source, text) => {
        if (regexFault(source) !== undefined) return;
        compared++;
        expect([source, text, new RegExp(source).test(text)]).toEqual([source, text, RE2JS.compile(source).test(text)]);
      },
    ),
    { numRuns: 1000 },
  );
  expect(compared).toBeGreaterThan(300);
  for (const bad of ['(?i)a', '(?=a)', '(a)\\1', '(?<n>a)', '\\s', 'a.b', '\\bx', '[[:alpha:]]', '\\p{L}', '(']) {
    expect([bad, regexFault(bad)]).toEqual([bad, expect.any(String)]);
  }
});

describe('what makes the API server enforce the rules', () => {
  const expected = admissionPolicies(CEL_RULES, { podSecurity: 'v1.36' });
  const linesOf = (changed: (manifest: Manifest) => Manifest[]) =>
    checkAdmission(expected.flatMap(changed), expected).map(formatFinding);
  const name = 'bulkhead.templates.tenants';

  test('is found to be missing, and to say something else', () => {
    expect(linesOf((manifest) => [structuredClone(manifest)])).toEqual([]);
    expect(linesOf((manifest) => (manifest.metadata.name === name ? [] : [manifest]))).toEqual([
      `ValidatingAdmissionPolicy/${name}: It is missing: the API server refuses nothing. Render it as the rules say it.`,
      `ValidatingAdmissionPolicyBinding/${name}: It is missing: the API server refuses nothing. Render it as the rules say it.`,
    ]);
    const toothless = { validations: [{ expression: 'true' }], validationActions: ['Warn'] };
    const weaken = (manifest: Manifest) => ({ ...manifest, spec: { ...Object(manifest.spec), ...toothless } });
    expect(linesOf((manifest) => [manifest.metadata.name === name ? weaken(manifest) : manifest])).toEqual([
      `ValidatingAdmissionPolicy/${name} spec: It says something else than the rules do. Render it as the rules say it.`,
      `ValidatingAdmissionPolicyBinding/${name} spec: It says something else than the rules do. Render it as the rules say it.`,
    ]);
  });
});
