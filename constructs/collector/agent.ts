import type { DaemonSet } from 'kubernetes-types/apps/v1';
import type { Compartment } from '../compartment';
import { REVISION_HISTORY } from '../defaults';
import { appLabels, LABEL } from '../labels';
import type { Manifest } from '../manifest';
import { ManifestObject } from '../manifest-object';
import { Collector } from './collector';
import type { Toleration } from './collector-spec';
import { AGENT_MAX_UNAVAILABLE } from './defaults';
import { type CollectorProps, type Placement, podTemplate } from './pod';

export interface AgentProps extends CollectorProps {
  readonly tolerations: readonly Toleration[];
}

/**
 * A collector on every node. Creates its DaemonSet beside what every collector has.
 *
 * A new version moves through the nodes a tenth at a time; meanwhile a node's data waits where it is read.
 */
export class Agent extends Collector {
  constructor(compartment: Compartment, props: AgentProps) {
    super(compartment, props);
    // The kind decides the half, and so the object is made without saying which.
    new ManifestObject(this, daemonSet(props, compartment));
  }
}

function daemonSet(props: AgentProps, compartment: Compartment): Manifest {
  const { name } = props;
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: compartment.namespace, labels: appLabels(name, compartment.name) },
    spec: {
      revisionHistoryLimit: REVISION_HISTORY,
      selector: { matchLabels: { [LABEL.name]: name } },
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: 0, maxUnavailable: AGENT_MAX_UNAVAILABLE },
      },
      template: podTemplate(props, compartment, tolerating(props)),
    },
  } satisfies DaemonSet;
}

/** Never all taints: an agent that tolerates a dying node's is stuck there. */
function tolerating({ tolerations }: AgentProps): Placement {
  return {
    tolerations: tolerations.map(({ key, value, effect }) => ({
      key,
      effect,
      ...(value === undefined ? { operator: 'Exists' } : { operator: 'Equal', value }),
    })),
  };
}
