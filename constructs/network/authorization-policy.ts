import { ANNOTATION, LABEL } from '../labels';
import type { Manifest } from '../manifest';
import type { NonEmpty } from './network-policy';

export interface AuthorizationPolicyProps {
  readonly name: string;
  readonly namespace: string;
  /** The app that it opens. */
  readonly app: string;
  /** Identities that may call, `<trust domain>/ns/<namespace>/sa/<service account>`. */
  readonly principals: NonEmpty<string>;
  readonly ports: NonEmpty<number>;
  readonly why: string;
}

/** Lets `principals` call `app` on `ports`, whatever address they come from. */
export function authorizationPolicy(props: AuthorizationPolicyProps): Manifest {
  const { name, namespace, app, principals, ports, why } = props;
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace, annotations: { [ANNOTATION.why]: why } },
    spec: {
      selector: { matchLabels: { [LABEL.app]: app } },
      action: 'ALLOW',
      rules: [{ from: [{ source: { principals } }], to: [{ operation: { ports: ports.map(String) } }] }],
    },
  };
}
