import type { Invariant } from './invariant';
import { textOf } from './json';
import { peerNamespaces } from './opening';
import { selects } from './selector';

/** Images of what keeps logs, metrics and traces, and believes the tenant that a request names. */
const BACKEND_IMAGE = /(^|\/)(loki|prometheus|tempo|mimir)([:@]|$)/;

/** What keeps the data of all tenants is reached by collectors and proxies, and by no tenant. */
export const backendsHearThePlatformAlone: Invariant = {
  id: 'backends-hear-the-platform-alone',
  why: "Backends believe the header that names the tenant: whoever reaches one reads and forges everybody's data.",
  how: 'Ingress rules that select a pod with the image of a backend name no namespace of a tenant and no addresses.',
  *check(inventory) {
    const backends = inventory.observers.filter(({ containers }) =>
      containers.some(({ fields }) => BACKEND_IMAGE.test(textOf(fields.image))),
    );
    for (const opening of inventory.openings) {
      const { manifest, direction, path, pods, peers } = opening;
      if (direction !== 'ingress' || !inventory.isObserving(manifest)) continue;
      const backend = backends.find(
        (each) => each.manifest.metadata.namespace === manifest.metadata.namespace && selects(pods, each.labels),
      );
      if (!backend) continue;
      const tenant = peerNamespaces(opening).find((name) => inventory.planeNamed(name) === 'tenant');
      const open = peers.length === 0 || peers.some(({ namespaces }) => namespaces === undefined);
      if (tenant === undefined && !open) continue;
      const problem = `${tenant ?? 'Somebody outside the platform'} reaches ${backend.manifest.metadata.name}.`;
      yield { manifest, path, problem, fix: 'Lead it through the proxy or collector of its tenant.' };
    }
  },
};
