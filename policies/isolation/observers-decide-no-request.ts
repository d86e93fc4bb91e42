import type { Invariant } from './invariant';
import { type Inventory, observes } from './inventory';
import { at, textOf } from './json';
import { extensionProviders, meshConfigs, serviceAddress } from './mesh-config';

/** Nothing that observes is asked whether a request may pass, and what is asked exists. */
export const observersDecideNoRequest: Invariant = {
  id: 'observers-decide-no-request',
  why: 'Who decides on a request is part of its path: once it is gone, all requests are denied, whatever the backend does.',
  how: 'CUSTOM AuthorizationPolicies name a declared provider; no provider of authorization, EnvoyFilter or WasmPlugin lies in or points into the planes logging and telemetry.',
  *check(inventory) {
    const providers = meshConfigs(inventory).flatMap(extensionProviders);
    for (const { mesh, name, type, service, path } of providers) {
      if (!type.startsWith('envoyExtAuthz') || !observes(inventory.planeNamed(serviceAddress(service).namespace)))
        continue;
      const problem = `Provider "${name}" asks ${service}, which only observes, about requests.`;
      yield { manifest: mesh.manifest, path, problem, fix: 'Move what decides to a plane of its own.' };
    }
    for (const manifest of inventory.of('security.istio.io', 'AuthorizationPolicy')) {
      if (at(manifest, 'spec', 'action') !== 'CUSTOM') continue;
      const name = textOf(at(manifest, 'spec', 'provider', 'name'));
      if (providers.some((provider) => provider.name === name)) continue;
      const problem = `No mesh configuration declares the provider "${name}": every request that it matches is denied.`;
      yield { manifest, path: 'spec.provider.name', problem, fix: 'Use the action ALLOW or DENY.' };
    }
    yield* extensions(inventory);
  },
};

function* extensions(inventory: Inventory) {
  const extending = [
    ...inventory.of('networking.istio.io', 'EnvoyFilter'),
    ...inventory.of('extensions.istio.io', 'WasmPlugin'),
  ];
  for (const manifest of extending) {
    const text = JSON.stringify(manifest.spec ?? {});
    const named = inventory.namespacesOn(observes).find((name) => new RegExp(`[a-z0-9]\\.${name}\\b`).test(text));
    if (named === undefined && !inventory.isObserving(manifest)) continue;
    const problem = `It extends proxies from ${named ?? manifest.metadata.namespace}, which only observes.`;
    yield { manifest, path: 'spec', problem, fix: 'Leave it out.' };
  }
}
