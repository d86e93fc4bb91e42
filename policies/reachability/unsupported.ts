import type { Manifest } from '../manifest';
import { Unreadable } from './read';
import { groupOf } from './workload';

/** An object of which the proof cannot say what it opens or closes. */
export interface Unsupported {
  readonly manifest: Manifest;
  readonly path: string;
  readonly problem: string;
}

/** Kinds that change who reaches whom in ways that the proof does not follow, as `group Kind`. */
const KINDS: readonly RegExp[] = [
  /^networking\.k8s\.io Ingress$/,
  /^discovery\.k8s\.io EndpointSlice$/,
  /^ Endpoints$/,
  /^(?!networking\.k8s\.io ).*NetworkPolicy$/,
  /^networking\.istio\.io (VirtualService|DestinationRule|EnvoyFilter|Gateway|WorkloadEntry|WorkloadGroup|ProxyConfig)$/,
  /^extensions\.istio\.io (WasmPlugin|TrafficExtension)$/,
  /^gateway\.networking\.(x-)?k8s\.io (X?ListenerSet|TLSRoute|TCPRoute|UDPRoute|XMesh)$/,
  /^argoproj\.io Rollout$/,
];

/** Whether the kind itself is not supported. */
export function unsupportedKind(manifest: Manifest): Unsupported | undefined {
  const kind = `${groupOf(manifest)} ${manifest.kind}`;
  if (KINDS.some((pattern) => pattern.test(kind))) {
    return { manifest, path: '', problem: `The isolation proof does not follow what a ${manifest.kind} does.` };
  }
  const labels = manifest.kind === 'Namespace' ? manifest.metadata.labels : undefined;
  return labels?.['istio.io/dataplane-mode'] === 'ambient'
    ? { manifest, path: 'metadata.labels', problem: 'The isolation proof does not follow a mesh without sidecars.' }
    : undefined;
}

/** Reads manifests one by one. What cannot be read goes to `unsupported` and is left out. */
export function readEach<Read>(
  manifests: readonly Manifest[],
  unsupported: Unsupported[],
  read: (manifest: Manifest) => Read | undefined,
): Read[] {
  return manifests.flatMap((manifest) => {
    try {
      return read(manifest) ?? [];
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      const problem = `The isolation proof cannot judge this: it knows ${error.expected} here.`;
      unsupported.push({ manifest, path: error.path, problem });
      return [];
    }
  });
}
