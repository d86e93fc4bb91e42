import type { Construct } from 'constructs';
import { OTLP_PORTS } from '../defaults';
import type { Manifest } from '../manifest';
import { ManifestObject } from '../manifest-object';

export interface ServiceEntryProps {
  readonly name: string;
  readonly namespace: string;
  /** The name under which it is called. */
  readonly host: string;
}

/**
 * Makes something outside the mesh known to the sidecars of one compartment, and to no other. Where its addresses are known,
 * or its ports do not tell which name was called, traffic keeps the address it was sent to; else it is found by its name.
 *
 * It opens nothing: NetworkPolicies decide what may be reached.
 */
export class ServiceEntry extends ManifestObject {
  private readonly ports = new Set<number>();
  private readonly addresses = new Set<string>();

  constructor(
    scope: Construct,
    private readonly entry: ServiceEntryProps,
  ) {
    super(scope, serviceEntry(entry, [], []));
  }

  add(ports: readonly number[], addresses: readonly string[]): void {
    for (const port of ports) this.ports.add(port);
    for (const address of addresses) this.addresses.add(address);
  }

  override toJson(): Manifest {
    return serviceEntry(
      this.entry,
      [...this.ports].sort((a, b) => a - b),
      [...this.addresses].sort(),
    );
  }
}

/** Ports whose protocol carries the name that was called. @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/ */
const NAMED: ReadonlyMap<number, string> = new Map([
  [OTLP_PORTS.grpc, 'GRPC'],
  [OTLP_PORTS.http, 'HTTP'],
]);

function serviceEntry(
  { name, namespace, host }: ServiceEntryProps,
  ports: readonly number[],
  addresses: readonly string[],
): Manifest {
  const byName = addresses.length === 0 && ports.every((port) => NAMED.has(port));
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name, namespace },
    spec: {
      hosts: [host],
      ...(addresses.length > 0 ? { addresses } : {}),
      ports: ports.map((number) => {
        const protocol = byName ? (NAMED.get(number) ?? 'TCP') : 'TCP';
        return { number, name: `${protocol.toLowerCase()}-${number}`, protocol };
      }),
      location: 'MESH_EXTERNAL',
      resolution: byName ? 'DNS' : 'NONE',
      exportTo: ['.'],
    },
  };
}
