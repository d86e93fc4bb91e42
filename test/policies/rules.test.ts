import { checkManifests, RULES } from '../../policies';
import { formatFinding } from '../../policies/finding';
import type { Manifest } from '../../policies/manifest';

const namespace: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

function networkPolicy(spec: object): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec,
  };
}

const closed = networkPolicy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const app = { matchLabels: { 'bulkhead.dev/app': 'web' } };
const peer = { namespaceSelector: app, podSelector: app };
const ports = [{ protocol: 'TCP', port: 8080 }];

/** Manifests that a rule must refuse, with all that it says. */
const BROKEN: readonly [rule: string, manifests: readonly Manifest[], findings: readonly string[]][] = [
  [
    'namespaces-are-closed-by-default',
    [namespace],
    [
      'Namespace/shop: No NetworkPolicy closes it in both directions. Add one with "podSelector: {}", "policyTypes: [Ingress, Egress]" and no rules.',
    ],
  ],
  [
    'namespaces-are-closed-by-default',
    [namespace, networkPolicy({ podSelector: {}, policyTypes: ['Ingress'] })],
    [
      'Namespace/shop: No NetworkPolicy closes it in both directions. Add one with "podSelector: {}", "policyTypes: [Ingress, Egress]" and no rules.',
    ],
  ],
  [
    'network-policies-never-mean-everything',
    [networkPolicy({ podSelector: {}, ingress: [{ from: [peer], ports }] })],
    ['shop NetworkPolicy/p spec.podSelector: Opens every pod of the namespace. Select the app that it is for.'],
  ],
  [
    'network-policies-never-mean-everything',
    [networkPolicy({ podSelector: app, ingress: [] })],
    [
      'shop NetworkPolicy/p spec.ingress: An empty list is dropped by the API server, and each apply counts as a change. Leave it out.',
    ],
  ],
  [
    'network-policies-never-mean-everything',
    [networkPolicy({ podSelector: app, egress: [{}] })],
    [
      'shop NetworkPolicy/p spec.egress[0].to: No peers means every peer. Name the peers.',
      'shop NetworkPolicy/p spec.egress[0].ports: No ports means every port. Name the ports.',
    ],
  ],
  [
    'network-policies-never-mean-everything',
    [networkPolicy({ podSelector: app, ingress: [{ from: [{ namespaceSelector: {}, podSelector: app }], ports }] })],
    ['shop NetworkPolicy/p spec.ingress[0].from[0].namespaceSelector: Selects everything. Name what is meant.'],
  ],
  [
    'network-policies-never-mean-everything',
    [networkPolicy({ podSelector: app, ingress: [{ from: [{ namespaceSelector: app }], ports }] })],
    ['shop NetworkPolicy/p spec.ingress[0].from[0].podSelector: Selects everything. Name what is meant.'],
  ],
  [
    'network-policies-never-mean-everything',
    [networkPolicy({ podSelector: app, egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports }] })],
    ['shop NetworkPolicy/p spec.egress[0].to[0].ipBlock.cidr: Means every address. Name the ranges that are meant.'],
  ],
];

test.each(BROKEN)('%s refuses what it must (%#)', (rule, manifests, expected) => {
  const findings = checkManifests(manifests).filter((finding) => finding.rule === rule);
  expect(findings.map(formatFinding)).toEqual(expected);
});

test('every rule has a broken example', () => {
  expect(new Set(BROKEN.map(([rule]) => rule))).toEqual(new Set(RULES.map(({ id }) => id)));
});

test('what is closed and names what it opens has no findings', () => {
  const open = networkPolicy({ podSelector: app, policyTypes: ['Ingress'], ingress: [{ from: [peer], ports }] });
  expect(checkManifests([namespace, closed, open])).toEqual([]);
});
