import type { Finding } from '../finding';
import type { Manifest } from '../manifest';
import { compare } from './compare';
import type { Declared } from './declared';
import { DeclaredFlows } from './declared-flows';
import { checkEnds } from './ends';
import { type Model, readModel } from './model';
import { tell, tellUnsupported } from './tell';

/** What came of a proof. */
export interface Proof {
  readonly model: Model;
  readonly declared: Declared;
  readonly flows: DeclaredFlows;
  /** None: what is declared gets through, and nothing else. */
  readonly findings: readonly Finding[];
}

/**
 * Proves that the flows which rendered objects allow are those that are declared, at each gate by itself: NetworkPolicies at
 * either end, the mesh, the routes of gateways. It knows nothing of how the objects were made.
 *
 * It takes for granted that the cluster enforces NetworkPolicies, that the mesh's control plane does what it is told, and that
 * addresses in a policy mean what lies outside the cluster's pods. Nodes reach the pods that run on them, whatever is said.
 *
 * @throws when a passage names addresses that are none
 */
export function proveIsolation(manifests: readonly Manifest[], declared: Declared): Proof {
  const model = readModel(manifests, declared);
  const flows = new DeclaredFlows(declared.passages, model.cluster);
  const findings = [
    ...model.unsupported.map(tellUnsupported),
    ...checkEnds(model, declared),
    ...tell(model, compare(model, flows)),
  ];
  return { model, declared, flows, findings };
}
