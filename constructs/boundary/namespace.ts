import type { Plane, PodSecurity } from '../defaults';
import { ANNOTATION, LABEL } from '../labels';
import type { Manifest } from '../manifest';

export interface NamespaceProps {
  readonly name: string;
  readonly plane: Plane;
  readonly owner: string;
  /** Pod Security level. */
  readonly level: PodSecurity;
  /** Version of the Pod Security Standards. */
  readonly podSecurity: string;
  /** @default - not meshed: no sidecar is injected */
  readonly revisionTag?: string | undefined;
  /** @default - none: the compartment exposes no hostname */
  readonly domain?: string | undefined;
  /** How the images of its pods begin. @default - none: they come from anywhere */
  readonly registries?: readonly string[] | undefined;
}

/** The namespace, bound to its Pod Security level and, if meshed, to a revision tag (never to a version of the mesh). */
export function namespace(props: NamespaceProps): Manifest {
  const { name, plane, owner, level, podSecurity, revisionTag, domain, registries } = props;
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: {
        [LABEL.plane]: plane,
        ...(revisionTag === undefined ? {} : { [LABEL.revision]: revisionTag }),
        'pod-security.kubernetes.io/enforce': level,
        'pod-security.kubernetes.io/enforce-version': podSecurity,
      },
      annotations: {
        [ANNOTATION.owner]: owner,
        ...(domain === undefined ? {} : { [ANNOTATION.domain]: domain }),
        ...(registries === undefined ? {} : { [ANNOTATION.registries]: registries.join(',') }),
      },
    },
  };
}
