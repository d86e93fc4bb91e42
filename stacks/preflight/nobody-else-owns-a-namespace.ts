import { LABEL } from '../../constructs/labels';
import type { PreflightCheck } from './situation';

/** A namespace that carries no plane is none of ours, unless it is new. */
export const nobodyElseOwnsANamespace: PreflightCheck = {
  id: 'nobody-else-owns-a-namespace',
  *check({ plan, cluster }) {
    for (const { name, namespace } of plan.compartments) {
      const existing = namespace === undefined ? undefined : cluster.namespace(namespace);
      if (!existing || existing.metadata.labels?.[LABEL.plane] !== undefined) continue;
      const problem = `It is there already and belongs to somebody else: it has no label ${LABEL.plane}. Applying would close it to everything that no passage opens.`;
      const fix = 'Rename the compartment, or add the label if it is yours.';
      yield { object: `Namespace/${namespace}`, path: '', problem, fix, stops: true, compartment: name };
    }
  },
};
