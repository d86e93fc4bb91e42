import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { compareCluster } from '../../stacks/diff/cluster';
import { compare } from '../../stacks/diff/compare';
import { changedFields } from '../../stacks/diff/fields';
import { CHANGE_REPORTS } from '../../stacks/diff/report';
import { compareTree, renderedTree } from '../../stacks/diff/tree';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { loadEnvironment } from '../../stacks/load/environments';
import { loadTenants } from '../../stacks/load/tenants';
import { gitopsTree } from '../../stacks/outputs/gitops/tree';
import { writeTree } from '../../stacks/outputs/gitops/write-tree';
import type { Plan } from '../../stacks/planned';
import { render } from '../../stacks/render';

const ROOT = join(__dirname, '..', '..');
const GOLDEN = join(ROOT, 'test', 'golden', 'prod');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-diff-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function prod(tenants = join(ROOT, 'tenants')): { plan: Plan; inputs: ReadonlyMap<string, unknown> } {
  const environment = loadEnvironment(join(ROOT, 'stacks', 'environments'), 'prod');
  const { plan, inputs } = render(environment, loadTenants(tenants), NOTHING_EARLIER);
  if (!plan) throw new Error('prod does not render');
  return { plan, inputs };
}

/** The demo tenants, with the shop's mailer at another image. */
function tenantsWithNewMailer(): string {
  const tenants = join(folder, 'tenants');
  cpSync(join(ROOT, 'tenants'), tenants, { recursive: true });
  const file = join(tenants, 'shop', 'mailer.score.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('mailer:2.0.1', 'mailer:2.0.2'));
  return tenants;
}

test('two values differ in some field exactly if they are not the same', () => {
  const noTwoNames = (list: readonly { name: string }[]) => new Set(list.map(({ name }) => name)).size === list.length;
  const named = fc.array(fc.record({ name: fc.string(), value: fc.nat(3) }), { maxLength: 4 }).filter(noTwoNames);
  const value = fc.oneof(fc.jsonValue(), fc.record({ list: named, more: fc.jsonValue() }));
  const inNameOrder = (it: unknown): unknown =>
    typeof it === 'object' && it !== null && 'list' in it && Array.isArray(it.list)
      ? { ...it, list: it.list.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
      : it;
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(changedFields(a, structuredClone(a))).toEqual([]);
      if (isDeepStrictEqual(JSON.stringify(a), JSON.stringify(b))) return;
      const sameButForOrder = isDeepStrictEqual(inNameOrder(a), inNameOrder(b));
      expect(changedFields(a, b).length > 0).toBe(!sameButForOrder && !isDeepStrictEqual(a, b));
    }),
  );
});

test('an element put in front of a named list is one change', () => {
  const before = [
    { name: 'a', value: 1 },
    { name: 'b', value: 2 },
  ];
  expect(changedFields(before, [{ name: 'c', value: 3 }, ...before], 'env')).toEqual([
    { path: 'env[c]', before: undefined, after: { name: 'c', value: 3 } },
  ]);
});

test('against the tree that it was rendered into, nothing changes', () => {
  const { plan, inputs } = prod();
  const { before, after } = compareTree(GOLDEN, gitopsTree(plan, inputs));
  expect(compare(before, after)).toEqual([]);
});

test("a new image is one field of one compartment, and restarts that app's pods alone", () => {
  const { plan, inputs } = prod(tenantsWithNewMailer());
  const { before, after } = compareTree(GOLDEN, gitopsTree(plan, inputs));
  const changes = compare(before, after);
  expect(changes).toMatchObject([
    {
      compartment: 'shop',
      plane: 'tenant',
      objects: [{ object: 'Deployment.apps/mailer', change: 'changed', restarts: true }],
    },
  ]);
  expect(changes[0]?.objects[0]?.fields.map(({ path }) => path)).toEqual(['spec.template.spec.containers[main].image']);
  const text = CHANGE_REPORTS.text({ environment: 'prod', compartments: changes });
  expect(text).toContain('1 compartment changes: 1 changed; 1 workload restarts; tenants touched: shop');
  expect(CHANGE_REPORTS.markdown({ environment: 'prod', compartments: changes })).toContain(
    '| shop | tenant | 1 changed | `Deployment.apps/mailer` |',
  );
});

test('two rendered trees differ as the renderings do, and only in files that the renderings wrote', () => {
  const { plan, inputs } = prod(tenantsWithNewMailer());
  const tree = join(folder, 'prod');
  writeTree(tree, gitopsTree(plan, inputs));
  writeFileSync(join(tree, 'shop', 'notes.yaml'), 'kind: Secret\n');
  const { before, after } = compareTree(GOLDEN, renderedTree(tree));
  const rendered = compareTree(GOLDEN, gitopsTree(plan, inputs));
  expect(compare(before, after)).toEqual(compare(rendered.before, rendered.after));
});

test('of many tenants the first ones are named', () => {
  const compartments = Array.from({ length: 10 }, (_, index) => ({
    ...{ compartment: `t${index}`, plane: 'tenant' },
    objects: [{ object: 'Service/web', change: 'added' as const, fields: [], restarts: false }],
  }));
  expect(CHANGE_REPORTS.text({ environment: 'prod', compartments })).toContain('t6, t7 and 2 more\n');
});

test('a folder that holds nothing yet is all added; a compartment that is rendered no more is all removed', () => {
  const { plan, inputs } = prod();
  const nothing = compareTree(join(folder, 'nothing'), gitopsTree(plan, inputs));
  const added = compare(nothing.before, nothing.after);
  expect(new Set(added.flatMap(({ objects }) => objects.map(({ change }) => change)))).toEqual(new Set(['added']));
  expect(added.map(({ compartment }) => compartment)).toEqual(plan.compartments.map(({ name }) => name));

  const without = gitopsTree(plan, inputs).filter(({ name }) => name !== 'payments');
  const gone = compareTree(GOLDEN, without);
  const removed = compare(gone.before, gone.after);
  expect(removed.map(({ compartment }) => compartment)).toEqual(['payments']);
  expect(new Set(removed.flatMap(({ objects }) => objects.map(({ change }) => change)))).toEqual(new Set(['removed']));
});

test('against a cluster only fields that are rendered count', () => {
  const { plan } = prod();
  const live = plan.compartments.flatMap(({ manifests }) =>
    manifests.map(({ manifest }) => ({ ...manifest, status: { ready: true }, added: 'by somebody else' })),
  );
  const answer = (items: readonly object[]) => () => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const same = compareCluster(plan, answer(live));
  expect(compare(same.before, same.after)).toEqual([]);

  const drifted = live.map((object) =>
    object.kind === 'LimitRange' && object.metadata.namespace === 'shop' ? { ...object, spec: {} } : object,
  );
  const drift = compareCluster(plan, answer(drifted));
  expect(compare(drift.before, drift.after)).toMatchObject([
    { compartment: 'shop', objects: [{ object: 'LimitRange/containers', change: 'changed' }] },
  ]);
});
