import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { loadAll } from 'js-yaml';
import { closest } from '../../constructs/input/did-you-mean';
import { formatFinding } from '../../policies/finding';
import type { Manifest } from '../../policies/manifest';
import { checkSchemas } from '../../policies/schema';
import { explain } from '../../policies/schema/explain';
import { LIMITING } from '../../policies/schema/limits';
import type { OpenApiSchema } from '../../policies/schema/openapi';
import { loadCatalog, type Schema } from '../../policies/schema/schemas';
import { Shape } from '../../policies/schema/shape';
import { compactKinds, Definitions, type OpenApi } from '../cluster/compact-schemas';
import { DEFINITIONS, secondOpinion } from './second-opinion';

const broken = path.join(__dirname, '..', 'broken', 'schema');
const golden = path.join(__dirname, '..', 'golden', 'prod');

const VALUES = [undefined, null, '', 'x', '7', 7, 1.5, true, [], ['x'], {}, { x: 1 }];

function linesOf(manifest: Manifest, minor = '1.36'): string[] {
  return checkSchemas([manifest], minor, closest).map(formatFinding);
}

describe('a manifest with one fault gets one finding', () => {
  test.each(fs.readdirSync(broken).sort())('%s', (name) => {
    const file = path.join(broken, name);
    const text = fs.readFileSync(file, 'utf8');
    const lines = (loadAll(text) as Manifest[]).flatMap((manifest) => linesOf(manifest));
    const told = lines.map((line) => `# ${line}\n`).join('');
    if (process.env.UPDATE) fs.writeFileSync(file, told + text.replace(/^(#.*\n)*/, ''));
    expect(lines).toHaveLength(1);
    expect(fs.readFileSync(file, 'utf8').match(/^(#.*\n)*/)?.[0]).toBe(told);
  });
});

test('the environment decides which APIs there are', () => {
  const policy: Manifest = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    metadata: { name: 'p' },
  };
  const missing = 'MutatingAdmissionPolicy/p kind: Kubernetes 1.32 serves no kind "MutatingAdmissionPolicy".';
  expect(linesOf(policy, '1.32')).toEqual([`${missing} Did you mean "ValidatingAdmissionPolicy"?`]);
  expect(linesOf(policy, '1.36')).toEqual([]);
});

test('an API that a later minor removes is told in time, with what it concerns', () => {
  jest.isolateModules(() => {
    const file = '../../policies/schema/schemas';
    const kinds = { 'v1/Namespace': loadCatalog('1.36').kinds['v1/Namespace'] };
    const loadOld = () => ({ customGroups: [], kinds, removed: { 'v1/Namespace': '1.35' } });
    jest.doMock(file, () => ({ ...jest.requireActual<object>(file), loadCatalog: loadOld }));
    const { checkSchemas: check } = require('../../policies/schema') as { checkSchemas: typeof checkSchemas };
    expect(check([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }], '1.34', closest)).toEqual([
      {
        rule: 'apis-outlive-the-next-minors',
        ...{ object: 'Namespace/shop', path: 'apiVersion', compartment: 'shop' },
        problem: 'Kubernetes 1.35 no longer serves Namespace of "v1".',
        fix: 'Move to the version that replaces it before the cluster moves.',
      },
    ]);
  });
});

test('an object that no cluster could store is told with its size and its app', () => {
  const settings = (length: number): Manifest => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', data: { all: 'ü'.repeat(length) } },
    metadata: { name: 'web', namespace: 'shop', labels: { 'bulkhead.dev/app': 'web' } },
  });
  expect(linesOf(settings(500 * 1024))).toEqual([]);
  expect(linesOf(settings(600 * 1024))).toEqual([
    'shop ConfigMap/web: Is 1.2 MiB large, and only what is no larger than 1 MiB is sure to be stored. Have app web say less: move what is large into an image.',
  ]);
});

test('a CRD among the manifests brings its kinds with it', () => {
  const spec = {
    type: 'object',
    required: ['port', 'mode'],
    properties: {
      port: { 'x-kubernetes-int-or-string': true },
      mode: { type: 'string', enum: ['on', 'off'], default: 'on' },
      name: { type: 'string', pattern: '^(?i)a$' },
      hosts: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
    },
  };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec, status: { type: 'object' } } } };
  const crd: Manifest = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      ...{ group: 'example.com', scope: 'Namespaced', names: { kind: 'Thing', plural: 'things' } },
      versions: [
        { name: 'v1', served: true, storage: true, schema },
        { name: 'v1alpha1', served: false, storage: false, schema },
      ],
    },
  };
  const thing = (spec: unknown, version = 'v1', labels = {}): Manifest => ({
    ...{
      apiVersion: `example.com/${version}`,
      kind: 'Thing',
      metadata: { name: 'web', namespace: 'shop', labels },
      spec,
    },
  });
  const lines = (...manifests: Manifest[]) => checkSchemas(manifests, '1.36', closest).map(formatFinding);
  expect(lines(thing({ port: 'http', mode: null, name: 'B', hosts: [{ name: 'a' }] }), crd)).toEqual([]);
  expect(
    lines(crd, thing({ prot: 80, mode: 'onn' }), thing({ port: 1 }, 'v1alpha1'), thing({ port: 1 }, 'v1', { a: 1 })),
  ).toEqual([
    'shop Thing/web spec.prot: Unknown key "prot". Did you mean "port"?',
    'shop Thing/web spec.mode: "onn" is not possible here. Did you mean "on"? Write one of "on", "off".',
    'shop Thing/web apiVersion: Kubernetes 1.36 serves no Thing of "example.com/v1alpha1". Write "example.com/v1".',
    'shop Thing/web metadata.labels.a: Expected a text, got 1. Write it in quotes.',
  ]);
  expect(lines({ ...crd, spec: { group: 7, versions: [null] } }, thing({ port: 1 })).at(-1)).toBe(
    'shop Thing/web kind: Kubernetes 1.36 serves no kind "Thing". Leave it out, or add its CRD: no component of the platform brings it.',
  );

  const change = fc.tuple(
    fc.array(fc.nat(20), { minLength: 1, maxLength: 9 }),
    fc.constantFrom(...VALUES),
    fc.boolean(),
  );
  fc.assert(
    fc.property(change, ([steps, value, asNew]) => {
      const other: unknown = JSON.parse(JSON.stringify(changed(crd.spec, steps, value, asNew)));
      expect(lines({ ...crd, spec: other }, thing({ port: 'http', hosts: [{ name: 'a' }] }))).toEqual(
        expect.any(Array),
      );
    }),
    { numRuns: 200 },
  );
});

test('whatever is done to a good manifest, another validator comes to the same verdict, and people are told why', () => {
  const files = fs.readdirSync(golden, { recursive: true, encoding: 'utf8' });
  const manifests = files
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'))
    .flatMap((file) => loadAll(fs.readFileSync(path.join(golden, file), 'utf8')) as Manifest[]);
  const { kinds } = loadCatalog('1.36');
  const change = fc.record({
    manifest: fc.constantFrom(...manifests),
    steps: fc.array(fc.nat(20), { minLength: 1, maxLength: 8 }),
    value: fc.constantFrom(...VALUES),
    asNew: fc.boolean(),
  });
  fc.assert(
    fc.property(change, ({ manifest, steps, value, asNew }) => {
      const object: unknown = JSON.parse(JSON.stringify(changed(manifest, steps, value, asNew)));
      const definition = String(kinds[`${manifest.apiVersion}/${manifest.kind}`]);
      const shape = Shape.of(definition);
      const faults = shape.faultsOf(object);
      expect(shape.fits(object)).toBe(secondOpinion(definition)(object));
      expect(shape.fits(object)).toBe(faults.length === 0);
      const complaints = explain(faults, closest);
      expect(complaints.length > 0).toBe(faults.length > 0);
      for (const { problem, fix } of complaints) {
        expect(problem).toMatch(/^\S.*\.$/);
        expect(fix).toMatch(/^\S.*[.?]$/);
        expect(`${problem} ${fix}`).not.toMatch(/undefined|\[object/);
      }
    }),
    { numRuns: 2000 },
  );
});

test('another validator comes to the same verdict about simple values, whatever they are held against', () => {
  const values = [null, '', 'x', 'Always', '10m', 0, 7, 1.5, 2 ** 31, true, [], ['x'], ['x', 'x'], [{}], {}, { x: 1 }];
  const verdicts = Object.keys(DEFINITIONS).flatMap((name) =>
    values.map((value) => [name, value, Shape.of(name).fits(value), secondOpinion(name)(value)]),
  );
  expect(verdicts.filter(([, , ours, theirs]) => ours !== theirs)).toEqual([]);
});

test('no definition says what nobody checks', () => {
  const others = ['type', 'nullable', 'properties', 'open', 'required', 'additionalProperties', 'items'];
  const checked = new Set([...LIMITING, ...others, 'anyOf', 'oneOf', 'allOf', 'not']);
  const keywordsIn = (schema: Schema): string[] => {
    if (typeof schema === 'string') return [];
    const {
      properties = {},
      items = [],
      additionalProperties = [],
      anyOf = [],
      oneOf = [],
      allOf = [],
      not = [],
    } = schema;
    const parts = [...Object.values(properties), items, additionalProperties, anyOf, oneOf, allOf, not].flat();
    return [...Object.keys(schema), ...parts.flatMap(keywordsIn)];
  };
  const keywords = new Set(Object.values(DEFINITIONS).flatMap(keywordsIn));
  expect([...keywords].filter((keyword) => !checked.has(keyword))).toEqual([]);
  expect(keywords.size).toBeGreaterThan(20);
});

/** A copy in which the member at the end of some steps is another value, or in which a new key stands beside it. */
function changed(value: unknown, [step, ...steps]: readonly number[], to: unknown, asNew: boolean): unknown {
  if (step === undefined || typeof value !== 'object' || value === null) return to;
  const keys = Object.keys(value);
  if (asNew && steps.length === 0) return { ...value, bulkhead: to };
  const key = keys[step % keys.length] ?? '0';
  const inner = changed(Reflect.get(value, key), steps, to, asNew);
  if (Array.isArray(value)) return value.map((element, index) => (String(index) === key ? inner : element));
  return { ...value, [key]: inner };
}

test('compact schemas keep what the server holds manifests to', () => {
  const spec: OpenApiSchema = {
    type: 'object',
    description: 'Left out.',
    required: ['port', 'mode'],
    properties: {
      port: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
      mode: { type: 'string', enum: ['on', 'off'], default: 'on' },
      free: { type: 'object', properties: { a: { type: 'string' } }, 'x-kubernetes-preserve-unknown-fields': true },
      inner: { type: 'object', properties: {}, 'x-kubernetes-embedded-resource': true },
      list: {
        type: 'array',
        maxItems: 3,
        items: { type: 'object', properties: { name: { type: 'string', default: 'x' } } },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      },
    },
  };
  const document: OpenApi = {
    paths: {
      '/apis/example.com/v1/things/{name}': {
        patch: {
          'x-kubernetes-group-version-kind': { group: 'example.com', version: 'v1', kind: 'Thing' },
          responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } } },
        },
      },
    },
    components: { schemas: { Thing: { type: 'object', properties: { spec } } } },
  };
  const definitions = new Definitions();
  const kinds = compactKinds([document], new Set(['example.com']), definitions);
  const schemas = Object.fromEntries(definitions.reachedFrom(Object.values(kinds)));
  const whole = (part: unknown): unknown => (typeof part === 'string' ? schemas[part] : part);
  const thing = whole(kinds['example.com/v1/Thing']) as { readonly properties: { readonly spec: string } };
  const { properties, ...rest } = whole(thing.properties.spec) as { readonly properties: Record<string, unknown> };
  expect(rest).toEqual({ type: 'object', required: ['port'] });
  expect(Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, whole(part)]))).toEqual({
    port: { type: ['integer', 'string'] },
    mode: { type: 'string', nullable: true, enum: ['on', 'off'] },
    free: { type: 'object', properties: { a: 'text' }, open: true },
    inner: {
      type: 'object',
      properties: { apiVersion: 'text', kind: 'text', metadata: 'map' },
      required: ['apiVersion', 'kind'],
    },
    list: { type: 'array', maxItems: 3, keys: { name: 'x' }, items: expect.any(String) },
  });
});
