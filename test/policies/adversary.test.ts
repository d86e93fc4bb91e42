import { type Finding, formatFinding } from '../../policies/finding';
import { groupBy } from '../../policies/reachability/group-by';
import { proveIsolation } from '../../policies/reachability/prove';
import { type Mutant, mutantsOf } from './adversary-mutants';
import { reachable } from './naive-reachability';
import { renderedPlatform } from './rendered-platform';

/** Objects of compartments outside the mesh. */
const UNMESHED = /^(?!shop |payments )/;

/** Damages that change nothing that can be reached, by what was done and to what, each with the reason. */
const EQUIVALENT: readonly [damage: RegExp, object: RegExp, reason: string][] = [
  [
    /^NetworkPolicy: (without types|about both directions)/,
    /\.(to|from)\./,
    'the default-deny closes that direction already',
  ],
  [/^NetworkPolicy: an empty rule/, /\.(to|from)\./, 'there are no rules of a direction that is none of its types'],
  [/^NetworkPolicy: peers of its own namespace/, /^shop .*(cart|web|mailer)$/, 'both ends lie in that namespace'],
  [/^NetworkPolicy: selects pods of no app/, /default-deny/, 'what opens DNS and scraping to every app closes it, too'],
  [/^AuthorizationPolicy: a prefix for a caller/, /edge/, 'nobody else in the edge has an identity'],
  [
    /^Namespace: (on another plane|with the labels of a tenant)/,
    /./,
    'a namespace is selected by its name, which no label forges',
  ],
  [/^Namespace: dropped/, UNMESHED, 'its policies stand as they did; that they lie nowhere is for other rules to see'],
  [/^(Deployment|DaemonSet): .*service account/, UNMESHED, 'outside the mesh only labels speak'],
  [/^(Deployment|DaemonSet): .*sidecar/, UNMESHED, 'it has no sidecar'],
  [/^Deployment: another app's label/, /cainjector/, 'every app of its compartment may do the same'],
  [/^Service: /, UNMESHED, 'outside the mesh a Service is a name, and opens nothing'],
  [
    /^Sidecar: (dropped|everything|what it does not know)/,
    /./,
    'a pod can go around its Sidecar, so no gate counts on it',
  ],
  [
    /^ServiceEntry: another host/,
    /ServiceEntry\/to\.outside\./,
    'it is known by its addresses, and TCP to them passes whatever its name is',
  ],
  [/^HTTPRoute: /, /to-https/, 'it leads to nobody, and sends clients elsewhere'],
  [/^Gateway: routes of all namespaces/, /./, 'no route of another namespace asks for it'],
  [/^added: one more closed/, /./, 'what is closed cannot be closed again'],
  [/^added: a caller's labels in another namespace/, /./, NEW_APP()],
];

function NEW_APP(): string {
  return 'one app more of a compartment may do what every app of it may, and nothing else';
}

const { manifests, declared } = renderedPlatform('prod');
const before = new Set(proveIsolation(manifests, declared).findings.map(formatFinding));

/** Every damage to an object of either tenant, and to one beside them. */
const mutants = [...groupBy(mutantsOf(manifests), ({ damage }) => damage).values()].flatMap((alike) => {
  const of = (pattern: RegExp) => alike.find(({ object }) => pattern.test(object)) ?? [];
  return [
    of(/^(shop |Namespace\/shop)/),
    of(/^(payments |Namespace\/payments)/),
    of(/^(?!.*(shop|payments)).*$/),
  ].flat();
});

function findingsOf(mutant: Mutant): readonly Finding[] {
  return proveIsolation(mutant.manifests, declared).findings.filter((finding) => !before.has(formatFinding(finding)));
}

const results = mutants.map((mutant) => ({ mutant, findings: findingsOf(mutant) }));
const silent = results.flatMap(({ mutant, findings }) => (findings.length === 0 ? [mutant] : []));

function reasonOf({ damage, object }: Mutant): string | undefined {
  return EQUIVALENT.find(([what, where]) => what.test(damage) && where.test(object))?.[2];
}

test('there are more than two hundred ways to damage the rendered platform', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBeGreaterThan(200);
});

test('every damage that the proof passes over is known to be none, and the reason is written down', () => {
  expect(silent.filter((mutant) => !reasonOf(mutant)).map(({ name }) => name)).toEqual([]);
});

test('no damage that the proof passes over lets one packet more or less through, says whoever tries them singly', () => {
  const packets = [...reachable(manifests)];
  const changed = silent.filter((mutant) => {
    const after = reachable(mutant.manifests);
    return (
      reasonOf(mutant) !== NEW_APP() && (after.size !== packets.length || !packets.every((packet) => after.has(packet)))
    );
  });
  expect(changed.map(({ name }) => name)).toEqual([]);
});

test('every other damage is found at the damaged object or, where something is gone, at the pods that it was for', () => {
  const unnamed = results.filter(({ mutant, findings }) => {
    const place = mutant.object.replace(/^Namespace\//, '').split(' ')[0] ?? '';
    const names = [
      mutant.object.split(' ').at(-1) ?? '',
      `${place}/`,
      ...(place === 'mesh' ? ['PeerAuthentication'] : []),
    ];
    const told = findings.map(formatFinding);
    return told.length > 0 && !told.some((line) => names.some((name) => line.includes(name)));
  });
  expect(unnamed.map(({ mutant, findings }) => [mutant.name, ...findings.map(formatFinding)])).toEqual([]);
});
