import { EDGE, gatewayOf } from '../../constructs/edge/gateway-name';
import { ANNOTATION, LABEL } from '../../constructs/labels';
import { MESH } from '../../constructs/mesh/revision';
import { METRICS } from '../../constructs/metrics/address';
import { proxyOf } from '../../constructs/metrics/proxy';
import { priorityClassName } from '../../constructs/planes';
import { CEL_RULES, checkRules, findBreaches } from '../../policies/cel/check';
import type { Exemption } from '../../policies/cel/exemption';
import { PODS } from '../../policies/cel/family';
import { Rulebook } from '../../policies/cel/rulebook';
import type { Manifest } from '../../policies/manifest';
import * as names from '../../policies/names';
import { nameObject } from '../../policies/rule';
import { CORPUS, NAMESPACE } from './corpus';
import { podTemplate, WORKLOAD_KINDS } from './corpus/case';

const pins = { kubernetes: '1.36', podSecurity: 'v1.36' };
const rulebook = new Rulebook(CEL_RULES, pins);

function brokenBy(manifest: Manifest, book = rulebook): string[] {
  return findBreaches([NAMESPACE, manifest], book)
    .filter((each) => each.manifest === manifest)
    .map(({ breach }) => `${breach.rule.id}${breach.error === undefined ? '' : ` (${breach.error})`}`);
}

test('rules know the platform by the names that it gives', () => {
  expect({ ...names, REGISTRIES_ANNOTATION: undefined }).toEqual({
    ...{ PLANE_LABEL: LABEL.plane, APP_LABEL: LABEL.app, NAME_LABEL: LABEL.name },
    ...{ DOMAIN_ANNOTATION: ANNOTATION.domain, EDGE, MESH, METRICS },
    ...{ TENANT_PRIORITY: priorityClassName('tenant').replace(/\d+$/, ''), METRICS_PROXY: proxyOf('') },
  });
  expect(gatewayOf('shop', { gateways: { shop: 2 } })).toBe(`${names.EDGE}-2`);
});

test('every case of the corpus gets the verdict it must get, and no rule stumbles over any', () => {
  const broken = new Map<Manifest, string[]>();
  for (const { manifest, breach } of findBreaches([NAMESPACE, ...CORPUS.map(({ manifest }) => manifest)], rulebook)) {
    broken.set(manifest, [...(broken.get(manifest) ?? []), breach.error ?? breach.rule.id]);
  }
  const ids = new Set(CEL_RULES.map(({ id }) => id));
  const judgedBy = new Map(
    CEL_RULES.map(({ id, on }) => [id, on.flatMap(({ kinds }) => kinds.map(({ kind }) => kind))]),
  );
  const wrong = CORPUS.flatMap(({ rule, verdict, manifest }) => {
    const found = broken.get(manifest) ?? [];
    const mustBreak = verdict === 'bad' && judgedBy.get(rule)?.includes(manifest.kind) === true;
    const isRight = found.includes(rule) === mustBreak && found.every((id) => ids.has(id));
    return isRight ? [] : [`${rule} ${verdict} ${manifest.kind} ${JSON.stringify(manifest.spec)}: ${found}`];
  });
  expect(wrong).toEqual([]);
});

test('every rule has five good and five bad cases', () => {
  const lacking = CEL_RULES.flatMap(({ id }) =>
    (['good', 'bad'] as const).flatMap((verdict) => {
      const cases = CORPUS.filter((each) => each.rule === id && each.verdict === verdict);
      const kinds = new Set(cases.map(({ manifest }) => manifest.kind)).size;
      return cases.length / kinds >= 5 ? [] : [`${id} ${verdict}`];
    }),
  );
  // Judged by the namespace alone; and refused by the server itself unless in a user namespace.
  expect(lacking).toEqual([
    'proc-is-masked bad',
    'nothing-runs-in-the-default-namespace good',
    'nothing-runs-in-the-default-namespace bad',
  ]);
});

test.each([
  ['proc-is-masked', { container: { securityContext: { procMount: 'Unmasked' } } }, 'v1.36'],
  [
    'proc-is-masked',
    { container: { securityContext: { procMount: 'Unmasked' } }, spec: { hostUsers: false } },
    'v1.34',
  ],
  [
    'sysctls-are-safe',
    { spec: { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } } },
    'v1.31',
  ],
  ['users-are-not-root', { container: { securityContext: { runAsUser: 0 } }, spec: { hostUsers: false } }, 'v1.34'],
])('%s is broken under the standards as of their version', (rule, each, podSecurity) => {
  const manifest = WORKLOAD_KINDS.Deployment?.(podTemplate(each));
  expect(manifest && brokenBy(manifest, new Rulebook(CEL_RULES, { ...pins, podSecurity }))).toContain(rule);
});

test('what would run in the default namespace is refused, there or without a namespace', () => {
  const deployment = WORKLOAD_KINDS.Deployment?.(podTemplate({}));
  if (!deployment) throw new Error('no Deployment');
  const { namespace: _, ...metadata } = deployment.metadata;
  expect(brokenBy({ ...deployment, metadata })).toEqual(['nothing-runs-in-the-default-namespace']);
  expect(brokenBy({ ...deployment, metadata: { ...metadata, namespace: 'elsewhere' } })).toEqual([]);
});

test('an object that a rule cannot read is refused, as the cluster refuses it', () => {
  const blank: Manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'blank', namespace: 'shop' } };
  expect(brokenBy(blank)).toContain('containers-are-not-privileged (No such key: spec)');
});

test('a rule with a mistake stops the build, named, with what is wrong', () => {
  const [rule] = CEL_RULES;
  if (!rule) throw new Error('no rules');
  const misspelt = { ...rule, id: 'mine', holds: 'objekt.spec.replicas > 1' };
  expect(() => new Rulebook([misspelt], pins)).toThrow('mine: Unknown variable: objekt. In: objekt.spec.replicas > 1');
});

describe('exemptions', () => {
  const deployment = WORKLOAD_KINDS.Deployment?.(podTemplate({ container: { securityContext: { privileged: true } } }));
  const manifests = [NAMESPACE, ...(deployment ? [deployment] : [])];
  const exemption: Exemption = {
    ...{ rule: 'containers-are-not-privileged', object: 'shop Deployment/case', owner: 'ann' },
    ...{ reason: 'a test', expires: '2026-12-31' },
  };
  const check = (exemptions: readonly Exemption[], today = '2026-12-31', on = manifests) =>
    checkRules(on, { ...pins, exemptions, today }).map(({ rule, object }) => `${rule} ${object}`);

  test('one that holds takes away exactly its own finding', () => {
    expect(check([])).toContain('containers-are-not-privileged shop Deployment/case');
    expect(check([exemption])).toEqual(
      check([]).filter((found) => !found.startsWith('containers-are-not-privileged ')),
    );
  });

  test('one that is over, for nothing, for no rule or for no object is a finding', () => {
    expect(check([exemption], '2027-01-01')).toEqual([...check([]), 'exemptions-are-current shop Deployment/case']);
    const idle = { ...exemption, rule: 'pods-name-no-node' };
    expect(check([idle])).toEqual([...check([]), 'exemptions-are-used shop Deployment/case']);
    expect(check([{ ...exemption, object: 'shop Deployment/gone' }])).toContain(
      'exemptions-are-used shop Deployment/gone',
    );
    expect(check([{ ...exemption, rule: 'no-such' }])).toContain('exemptions-name-a-rule shop Deployment/case');
    expect(check([{ ...exemption, object: "shop' || true" }])).toContain("exemptions-name-an-object shop' || true");
  });

  test('it covers what the exempt object makes, and nothing of a like name', () => {
    const book = new Rulebook(CEL_RULES, { ...pins, exemptions: [exemption] });
    const pod = (kind: string, name: string): Manifest => ({
      ...{
        apiVersion: 'v1',
        kind: 'Pod',
        spec: deployment && Reflect.get(Reflect.get(deployment.spec ?? {}, 'template'), 'spec'),
      },
      metadata: { name: 'x', namespace: 'shop', ...{ ownerReferences: [{ kind, name, controller: true }] } },
    });
    expect(brokenBy(pod('ReplicaSet', 'case-5d8f7'), book)).not.toContain(exemption.rule);
    for (const [kind, name] of [
      ['ReplicaSet', 'case-canary-5d8f7'],
      ['ReplicaSet', 'other-5d8f7'],
      ['Job', 'case'],
    ] as const) {
      expect(brokenBy(pod(kind, name), book)).toContain(exemption.rule);
    }
    expect(PODS.kinds.map(({ kind }) => kind)).toEqual(['Pod']);
    expect(nameObject(pod('a', 'b'))).toBe('shop Pod/x');
  });
});
