import type { Construct } from 'constructs';
import type { Manifest } from '../manifest';
import { ManifestObject } from '../manifest-object';

/**
 * What the sidecars of a compartment know: hosts of their own namespace, of the mesh, of the cluster DNS, and those that its
 * passages lead to. Whatever else an app calls, its sidecar refuses.
 *
 * Passages are declared after their compartments, so the manifest is made when it is asked for.
 */
export class Sidecar extends ManifestObject {
  private readonly known = new Set<string>();

  /** @param always hosts that every sidecar knows, `<namespace>/<host>` */
  constructor(
    scope: Construct,
    private readonly home: string,
    private readonly always: readonly string[],
  ) {
    super(scope, sidecar(home, always));
  }

  /** Lets the sidecars know `host`, `<namespace>/<host>`. */
  know(host: string): void {
    this.known.add(host);
  }

  override toJson(): Manifest {
    return sidecar(this.home, [...this.always, ...[...this.known].sort()]);
  }
}

function sidecar(namespace: string, hosts: readonly string[]): Manifest {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: { name: 'default', namespace },
    spec: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, egress: [{ hosts }] },
  };
}
