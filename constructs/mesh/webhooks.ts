import type {
  MutatingWebhookConfiguration,
  ValidatingWebhookConfiguration,
} from 'kubernetes-types/admissionregistration/v1';
import type { Manifest, ManifestMetadata } from '../manifest';
import type { IstioVersion } from './istio-versions';
import { istiodName, MESH } from './revision';

interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'DoesNotExist';
  readonly values?: string[];
}

// Not written where they are used: the API types that are checked there do not know `resources`.
const NEW_PODS = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const MESH_OBJECTS = {
  operations: ['CREATE', 'UPDATE'],
  apiGroups: ['security.istio.io', 'networking.istio.io', 'telemetry.istio.io', 'extensions.istio.io'],
  apiVersions: ['*'],
  resources: ['*'],
};

/** The label by which a namespace asks for sidecars without naming a revision; nobody here sets it. */
export const WITHOUT_REVISION: Requirement = { key: 'istio-injection', operator: 'DoesNotExist' };

/** Pods that did not say no. */
export const WILLING: Requirement = { key: 'sidecar.istio.io/inject', operator: 'NotIn', values: ['false'] };

export interface InjectorProps {
  readonly metadata: ManifestMetadata;
  /** The control plane that injects. */
  readonly version: IstioVersion;
  /** By the first part of their names, `namespace` or `object`. */
  readonly selectors: Readonly<Record<string, { readonly namespaces: Requirement[]; readonly pods: Requirement[] }>>;
}

/**
 * Webhooks by which a control plane puts sidecars into new pods. Fails closed: a pod without its sidecar would be outside the
 * mesh. Without `caBundle`: the control plane writes its own there once it runs, found by the end of the webhooks' name.
 * @see https://istio.io/latest/docs/ops/configuration/mesh/webhook/
 */
export function injector({ metadata, version, selectors }: InjectorProps): Manifest {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata,
    webhooks: Object.entries(selectors).map(([by, { namespaces, pods }]) => ({
      name: `rev.${by}.sidecar-injector.istio.io`,
      clientConfig: { service: { name: istiodName(version), namespace: MESH, path: '/inject', port: 443 } },
      rules: [NEW_PODS],
      namespaceSelector: { matchExpressions: namespaces },
      objectSelector: { matchExpressions: pods },
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    })),
  } satisfies MutatingWebhookConfiguration;
}

/** The webhook by which a control plane checks what is written for the mesh. */
export function validator(name: string, webhook: string, version: IstioVersion, pods: Requirement[]): Manifest {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: webhook,
        clientConfig: { service: { name: istiodName(version), namespace: MESH, path: '/validate' } },
        rules: [MESH_OBJECTS],
        ...(pods.length > 0 ? { objectSelector: { matchExpressions: pods } } : {}),
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  } satisfies ValidatingWebhookConfiguration;
}
