import { FLOW_CONTROL, type Plane } from '../defaults';
import type { Manifest } from '../manifest';
import { priorityLevelName } from '../planes';

/**
 * Puts the requests that a compartment's service accounts send to the API server into its plane's share. Also counts for
 * accounts that are impersonated.
 */
export function flowSchema(compartment: string, plane: Plane): Manifest {
  return {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'FlowSchema',
    metadata: { name: `bulkhead-${compartment}` },
    spec: {
      priorityLevelConfiguration: { name: priorityLevelName(plane) },
      matchingPrecedence: FLOW_CONTROL.matchingPrecedence,
      distinguisherMethod: { type: 'ByNamespace' },
      rules: [
        {
          subjects: [{ kind: 'ServiceAccount', serviceAccount: { namespace: compartment, name: '*' } }],
          resourceRules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'], clusterScope: true, namespaces: ['*'] }],
          nonResourceRules: [{ nonResourceURLs: ['*'], verbs: ['*'] }],
        },
      ],
    },
  };
}
