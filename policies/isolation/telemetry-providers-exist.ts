import type { Invariant } from './invariant';
import type { Inventory } from './inventory';
import { at, listOf, textOf } from './json';
import { type ExtensionProvider, extensionProviders, meshConfigs, serviceAddress } from './mesh-config';

/** Providers that Istio always has. */
const BUILT_IN = ['prometheus', 'stackdriver', 'envoy'];

const SIGNALS = ['accessLogging', 'tracing', 'metrics'] as const;

/** Each provider that a Telemetry names is declared by the mesh, and the Service behind it is rendered. */
export const telemetryProvidersExist: Invariant = {
  id: 'telemetry-providers-exist',
  why: 'Access logs and traces are dropped without a word; it shows when someone needs them.',
  how: "Names in Telemetry objects against the mesh configuration's extensionProviders, and their Services against the rendered ones.",
  *check(inventory) {
    const providers = meshConfigs(inventory).flatMap(extensionProviders);
    for (const manifest of inventory.of('telemetry.istio.io', 'Telemetry')) {
      for (const { name, path } of providersNamed(manifest.spec)) {
        const problem = fault(name, providers, inventory);
        if (problem) yield { manifest, path, problem, fix: 'Declare it among the extensionProviders.' };
      }
    }
  },
};

function providersNamed(spec: unknown): { readonly name: string; readonly path: string }[] {
  return SIGNALS.flatMap((signal) =>
    listOf(at(spec, signal)).flatMap((entry, index) =>
      listOf(at(entry, 'providers')).map((provider, position) => ({
        name: textOf(at(provider, 'name')),
        path: `spec.${signal}[${index}].providers[${position}].name`,
      })),
    ),
  );
}

function fault(name: string, providers: readonly ExtensionProvider[], inventory: Inventory): string | undefined {
  const declared = providers.find((provider) => provider.name === name);
  if (!declared) return BUILT_IN.includes(name) ? undefined : `No mesh configuration declares the provider "${name}".`;
  if (declared.service === '') return undefined;
  const address = serviceAddress(declared.service);
  const rendered = inventory
    .of('', 'Service')
    .some(({ metadata }) => metadata.name === address.name && metadata.namespace === address.namespace);
  return rendered ? undefined : `No Service "${address.name}" is rendered in ${address.namespace}.`;
}
