import { describeEnd, type End } from '../constructs/end';
import type { Environment } from '../constructs/environment';
import { LABEL } from '../constructs/labels';
import { groupOf, type Manifest } from '../constructs/manifest';
import { MESH } from '../constructs/mesh/revision';
import { madeByFlagger } from '../policies/made-by-flagger';
import type { Memory } from '../policies/memory';
import type { Declared, DeclaredEnd } from '../policies/reachability/declared';
import { type Proof, proveIsolation } from '../policies/reachability/prove';
import { manifestsOf, runsOf } from './plan';
import type { Plan } from './planned';

/** The name under which pods call the API server. */
const API_SERVER = 'kubernetes.default.svc.cluster.local';

/**
 * Proves that a plan's objects open what its passages say, and nothing else. What its releases will run counts as if it were
 * rendered, so the plan must be one whose releases are still releases.
 */
export function proofOf(plan: Plan, environment: Environment, memory?: Memory): Proof {
  const [judged, declared] = [judgedBy(plan), declaredOf(plan, environment)];
  const prove = () => proveIsolation(judged, declared);
  if (!memory) return prove();
  const deciding = judged.filter(({ apiVersion }) => !DECIDES_NO_FLOW.has(groupOf(apiVersion)));
  return memory.last(`proof ${JSON.stringify(declared)}`, deciding, prove);
}

/** Groups whose kinds install what is judged by itself, and let nothing through. */
const DECIDES_NO_FLOW: ReadonlySet<string> = new Set([
  ...['helm.toolkit.fluxcd.io', 'kustomize.toolkit.fluxcd.io', 'source.toolkit.fluxcd.io', 'argoproj.io'],
  ...['cert-manager.io', 'flowcontrol.apiserver.k8s.io'],
]);

/** Everything of a plan that checks see. */
export function judgedBy(plan: Plan): readonly Manifest[] {
  return [...manifestsOf(plan), ...unseenIn(plan)];
}

/** What will run and stands in no manifest of a plan: what its releases bring, and what Flagger makes of its Canaries. */
export function unseenIn(plan: Plan): Manifest[] {
  return [...runsOf(plan), ...madeByFlagger(manifestsOf(plan))];
}

/** What a plan says of its flows. */
export function declaredOf({ compartments, passages }: Plan, environment: Environment): Declared {
  return {
    appLabel: LABEL.app,
    tenants: compartments.flatMap(({ plane, namespace }) => (plane === 'tenant' ? (namespace ?? []) : [])),
    meshNamespace: MESH,
    trustDomain: environment.mesh?.trustDomain,
    dns: environment.dns,
    passages: passages.map(({ from, to, ports, why }) => ({
      ...{ ports, why },
      from: declaredEnd(from, environment),
      to: declaredEnd(to, environment),
    })),
  };
}

function declaredEnd(end: End, { apiServer }: Environment): DeclaredEnd {
  const name = describeEnd(end);
  switch (end.kind) {
    case 'app':
      return {
        ...{ kind: 'app', namespace: end.compartment.name, app: end.app },
        hasIdentity: end.compartment.mesh !== 'none',
      };
    case 'apiServer':
      return { kind: 'addresses', name, cidrs: apiServer.cidrs, hosts: [API_SERVER], isCluster: true };
    case 'dns':
      return { kind: 'dns' };
    case 'outside':
      return { kind: 'addresses', name, cidrs: end.cidrs, hosts: [end.name], isCluster: false };
    case 'clients':
      return { kind: 'addresses', name, cidrs: end.cidrs, hosts: [], isCluster: false };
  }
}
