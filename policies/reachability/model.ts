import type { Manifest } from '../manifest';
import { readAuthorizationPolicy } from './authorization-policy';
import { Cluster } from './cluster';
import type { Declared } from './declared';
import type { Door } from './gate';
import { groupBy } from './group-by';
import { Injection, readInjectors } from './injection';
import { MeshGate } from './mesh-gate';
import { MutualTls, readPeerAuthentication } from './mutual-tls';
import { NetworkGate } from './network-gate';
import { keysOf, readNetworkPolicy } from './network-policy';
import type { Pods } from './pods';
import { readRouteGate } from './read-routes';
import { readService } from './service';
import { readServiceEntry, readSidecar, SidecarGate } from './sidecar-gate';
import { readEach, type Unsupported, unsupportedKind } from './unsupported';
import { groupOf, readGateway, readWorkload, type Workload } from './workload';

/** Everything that decides who reaches whom, read from manifests. */
export interface Model {
  readonly cluster: Cluster;
  /** Workloads that use their node's network. */
  readonly onNodes: readonly Workload[];
  /** Whether a namespace is one for pods that are part of their nodes. */
  readonly isPrivileged: (namespace: string) => boolean;
  /** Whether there is a mesh, which then must keep tenants apart by itself. */
  readonly hasMesh: boolean;
  readonly unsupported: readonly Unsupported[];
  /** The gates through which what these pods send has to go. */
  leaving(pods: Pods): readonly Door[];
  /** The gates through which what is sent to these pods has to go. */
  entering(pods: Pods): readonly Door[];
}

/** Reads what decides who reaches whom. */
export function readModel(manifests: readonly Manifest[], declared: Declared): Model {
  const unsupported: Unsupported[] = manifests.flatMap((manifest) => unsupportedKind(manifest) ?? []);
  const kinds = groupBy(manifests, (manifest) => `${groupOf(manifest)} ${manifest.kind}`);
  const of = (key: string) => kinds.get(key) ?? [];
  const namespaces = new Map(of(' Namespace').map((manifest) => [manifest.metadata.name, manifest]));
  const injectors = readEach(
    of('admissionregistration.k8s.io MutatingWebhookConfiguration'),
    unsupported,
    readInjectors,
  ).flat();
  const injection = new Injection(injectors, namespaces);
  const workloads = [
    ...readEach(manifests, unsupported, (manifest) => readWorkload(manifest, injection)),
    ...readEach(of('gateway.networking.k8s.io Gateway'), unsupported, readGateway),
  ];
  const policies = readEach(of('networking.k8s.io NetworkPolicy'), unsupported, readNetworkPolicy);
  const authorizations = readEach(of('security.istio.io AuthorizationPolicy'), unsupported, readAuthorizationPolicy);
  const services = readEach(of(' Service'), unsupported, readService);
  const selectedKeys = new Set([
    declared.appLabel,
    ...policies.flatMap(keysOf),
    ...[...authorizations, ...services].flatMap(({ pods }) => pods.map(({ key }) => key)),
  ]);
  const guarded = [...policies, ...authorizations].map(({ namespace }) => namespace);
  const cluster = new Cluster({ namespaces, workloads, injection, guarded, declared, selectedKeys });
  const tls = new MutualTls(
    readEach(of('security.istio.io PeerAuthentication'), unsupported, (manifest) =>
      readPeerAuthentication(manifest, declared.meshNamespace),
    ),
    declared.meshNamespace,
  );
  const network = new NetworkGate(policies, cluster);
  const mesh = new MeshGate(authorizations, tls, cluster, declared.meshNamespace);
  const sidecars = new SidecarGate(
    readEach(of('networking.istio.io Sidecar'), unsupported, readSidecar),
    readEach(of('networking.istio.io ServiceEntry'), unsupported, readServiceEntry),
    declared.passages.flatMap(({ to }) => (to.kind === 'addresses' ? [to] : [])),
    ...([declared.meshNamespace, services, cluster] as const),
  );
  const routes = readRouteGate(of, namespaces, services, cluster, unsupported);
  for (const { manifest, other } of tls.rivals) {
    unsupported.push({ manifest, path: '', problem: `Which of it and ${other} holds depends on which is older.` });
  }
  for (const manifest of mesh.atGateways) {
    unsupported.push({
      manifest,
      path: '',
      problem: "The isolation proof does not follow policies at a gateway's pods.",
    });
  }
  const isInMesh = ({ namespace, proxy }: Pods) =>
    proxy === 'sidecar' || (namespace !== undefined && declared.tenants.includes(namespace));
  return {
    ...{ cluster, unsupported, hasMesh: declared.trustDomain !== undefined },
    isPrivileged: (name) =>
      namespaces.get(name)?.metadata.labels?.['pod-security.kubernetes.io/enforce'] === 'privileged',
    onNodes: workloads.filter(({ isOnNode }) => isOnNode),
    leaving: once((pods) => [network.doorAt(pods, 'egress'), sidecars.doorAt(pods), ...routes.doorsAt(pods)]),
    entering: once((pods) => [network.doorAt(pods, 'ingress'), ...(isInMesh(pods) ? [mesh.doorAt(pods)] : [])]),
  };
}

/** The same answer for the same pods, found once. */
function once(find: (pods: Pods) => readonly Door[]): (pods: Pods) => readonly Door[] {
  const found = new Map<Pods, readonly Door[]>();
  return (pods) => {
    const known = found.get(pods) ?? find(pods);
    found.set(pods, known);
    return known;
  };
}
