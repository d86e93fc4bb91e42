import type { Manifest } from '../manifest';
import type { Inventory } from './inventory';
import { at, type Fields, fieldsOf, listOf, textOf } from './json';

/** What one control plane of the mesh was told. */
export interface MeshConfig {
  readonly manifest: Manifest;
  readonly path: string;
  readonly fields: Fields;
}

/** A backend that the mesh sends telemetry to, or asks what to do with a request. */
export interface ExtensionProvider {
  readonly mesh: MeshConfig;
  readonly name: string;
  /** `envoyExtAuthzGrpc` */
  readonly type: string;
  /** `<name>.<namespace>.svc.cluster.local` @default '' - none: a file, or part of the proxy */
  readonly service: string;
  readonly path: string;
}

/** Every control plane's configuration: of a release's values, or the JSON text of a ConfigMap. */
export function meshConfigs(inventory: Inventory): MeshConfig[] {
  const released = inventory.releases.flatMap(({ manifest, values, path }): MeshConfig[] =>
    values.meshConfig === undefined
      ? []
      : [{ manifest, path: `${path}.meshConfig`, fields: fieldsOf(values.meshConfig) }],
  );
  const rendered = inventory.of('', 'ConfigMap').flatMap((manifest): MeshConfig[] => {
    const fields = /^istio(-|$)/.test(manifest.metadata.name) ? parsed(at(manifest, 'data', 'mesh')) : undefined;
    return fields ? [{ manifest, path: 'data.mesh', fields }] : [];
  });
  return [...released, ...rendered];
}

function parsed(text: unknown): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(textOf(text)));
  } catch {
    return undefined;
  }
}

/** The extension providers of one control plane. */
export function extensionProviders(mesh: MeshConfig): ExtensionProvider[] {
  return listOf(mesh.fields.extensionProviders).map((value, index) => {
    const { name, ...kinds } = fieldsOf(value);
    const [type = '', settings] = Object.entries(kinds)[0] ?? [];
    const path = `${mesh.path}.extensionProviders[${index}]`;
    return { mesh, name: textOf(name), type, service: textOf(at(settings, 'service')), path };
  });
}

/** The name and namespace of `otel.telemetry.svc.cluster.local`, or of `telemetry/otel.…` with the namespace in front. */
export function serviceAddress(service: string): { readonly name: string; readonly namespace: string } {
  const [name = '', namespace = ''] = service.replace(/^[^/]*\//, '').split('.');
  return { name, namespace };
}
