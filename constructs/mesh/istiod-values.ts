import { ISTIOD_DEFAULTS, MESHED_PLANES } from '../defaults';
import { LABEL, NAMESPACE_NAME } from '../labels';
import type { IstioVersion } from './istio-versions';
import { ISTIOD, MESH, revisionOf } from './revision';

export interface IstiodProps {
  readonly version: IstioVersion;
  readonly trustDomain: string;
  /** Namespace of the cluster DNS. */
  readonly dnsNamespace: string;
  /** The PriorityClass of its pods. */
  readonly priorityClassName: string;
}

/** Labels of namespaces, one of several ways to be chosen. */
type NamespaceSelector = {
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: 'In';
    readonly values: readonly string[];
  }[];
};

/** What the platform sets of the chart's values; its other members are refused, so that a misspelt one is. */
export type IstiodValues = {
  readonly revision: string;
  readonly autoscaleMin: number;
  readonly autoscaleMax: number;
  readonly resources: typeof ISTIOD_DEFAULTS.resources;
  readonly seccompProfile: { readonly type: 'RuntimeDefault' };
  readonly podLabels: Readonly<Record<string, string>>;
  readonly cni: { readonly enabled: boolean };
  readonly global: {
    readonly istioNamespace: string;
    readonly priorityClassName: string;
    readonly networkPolicy: { readonly enabled: boolean };
  };
  readonly base: { readonly validationFailurePolicy: 'Fail' };
  readonly meshConfig: {
    readonly trustDomain: string;
    readonly discoverySelectors: readonly NamespaceSelector[];
    readonly outboundTrafficPolicy: { readonly mode: 'REGISTRY_ONLY' };
    readonly accessLogFile: string;
    readonly enablePrometheusMerge: boolean;
    readonly extensionProviders: readonly never[];
  };
};

/**
 * Values for one control plane. Its pods run without a node's network rights, because the compartment `mesh-cni` has them; its
 * NetworkPolicies are the compartment's, which name who may come; its revision tags stand beside it, because the chart's
 * would have to leave one release for another whenever a tag moves.
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
export function istiodValues({ version, trustDomain, dnsNamespace, priorityClassName }: IstiodProps): IstiodValues {
  return {
    revision: revisionOf(version),
    autoscaleMin: ISTIOD_DEFAULTS.replicas.min,
    autoscaleMax: ISTIOD_DEFAULTS.replicas.max,
    resources: ISTIOD_DEFAULTS.resources,
    seccompProfile: { type: 'RuntimeDefault' },
    podLabels: { [LABEL.app]: ISTIOD },
    cni: { enabled: true },
    global: { istioNamespace: MESH, priorityClassName, networkPolicy: { enabled: false } },
    // From the first apply on, or the control plane changes it under whoever delivers.
    base: { validationFailurePolicy: 'Fail' },
    meshConfig: {
      trustDomain,
      discoverySelectors: [
        namespacesWith(LABEL.plane, MESHED_PLANES),
        // Sidecars resolve names over TCP too, and find the API server under its Service's address.
        namespacesWith(NAMESPACE_NAME, [dnsNamespace, 'default']),
      ],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
      accessLogFile: '',
      enablePrometheusMerge: true,
      // None: nothing that observes or decides may stand in a request's path.
      extensionProviders: [],
    },
  };
}

function namespacesWith(key: string, values: readonly string[]): NamespaceSelector {
  return { matchExpressions: [{ key, operator: 'In', values }] };
}
