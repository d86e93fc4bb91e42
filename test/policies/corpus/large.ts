import type { Manifest } from '../../../policies/manifest';
import { podTemplate, WORKLOAD_KINDS } from './case';

/** Expressions that go through a whole list for every element of another. The server gives up on each at a large Deployment. */
export const COSTLY = [
  "variables.volumes.all(v, variables.volumes.exists(w, w.name == v.name + ''))",
  'variables.volumes.all(v, variables.volumes.filter(w, w.name == v.name).size() == 1)',
  'variables.volumes.all(v, v.name in variables.volumes.map(w, w.name))',
  "variables.volumes.map(v, v.name).all(n, variables.containers[0].env.all(e, e.name != n + 'x'))",
];

/** How many elements the lists of large objects have: then a Deployment takes 0.6 MB, of the 1.5 MB that etcd would take. */
export const MOST = 1000;

/** As many as the CRD lets an AuthorizationPolicy have. */
const MOST_RULES = 512;

/** Objects with `count` of whatever rules go through: lists, and lists within lists. */
export function largeObjects(count: number): Manifest[] {
  return [...pods(count), ...policies(count), ...grants(count), canary(count)];
}

const times = <Each>(count: number, make: (index: number) => Each): Each[] =>
  Array.from({ length: count }, (_, index) => make(index));

const metadata = { name: 'large', namespace: 'shop' };

/** Few pods have more than ten containers, but each may have many variables. */
function pods(count: number): Manifest[] {
  const env = times(count, (index) => ({ name: `VARIABLE_${index}`, value: 'some value' }));
  const init = times(10, () => ({ env }));
  const volumes = times(count, (index) => ({ name: `volume-${index}`, configMap: { name: `map-${index}` } }));
  const annotations = Object.fromEntries(times(count, (index) => [`example.com/note-${index}`, 'a note']));
  const labels = Object.fromEntries(times(count, (index) => [`example.com/label-${index}`, 'a']));
  const template = podTemplate({ container: { env }, init, labels, annotations, spec: { volumes } });
  return ['Pod', 'Deployment', 'CronJob'].flatMap((kind) => WORKLOAD_KINDS[kind]?.(template) ?? []);
}

function policies(count: number): Manifest[] {
  const peers = times(count, (index) => ({ ipBlock: { cidr: `10.${index >> 8}.${index & 255}.0/24` } }));
  const named = times(count, (index) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': `team-${index}` } },
  }));
  const principals = times(count, (index) => `cluster.local/ns/team-${index}/sa/web`);
  const labels = { matchLabels: { app: 'web' } };
  return [
    ...[
      [peers, named].map((each) => ({ from: each, to: each })),
      peers.map((peer) => ({ from: [peer], to: [peer] })),
    ].map(
      (rules): Manifest => ({
        ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata },
        spec: {
          ...{ podSelector: labels, policyTypes: ['Ingress', 'Egress'] },
          ingress: rules.map(({ from }) => ({ from })),
          egress: rules.map(({ to }) => ({ to })),
        },
      }),
    ),
    ...[
      [{ from: [{ source: { principals } }] }],
      principals.slice(0, MOST_RULES).map((each) => ({ from: [{ source: { principals: [each] } }] })),
    ].map(
      (rules): Manifest => ({
        ...{ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata },
        spec: { selector: labels, rules },
      }),
    ),
  ];
}

function grants(count: number): Manifest[] {
  const names = times(10, (index) => `things${index}`);
  const rules = times(count, (index) => ({
    apiGroups: [`group-${index}.example.com`],
    resources: names,
    verbs: names,
  }));
  return [{ ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata }, ...{ rules } }];
}

function canary(count: number): Manifest {
  const match = times(count, (index) => ({ headers: { [`x-header-${index}`]: { exact: 'yes' } } }));
  const analysis = { interval: '1m', threshold: 5, iterations: 10, match };
  return {
    ...{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata },
    spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, service: { port: 80 }, analysis },
  };
}
