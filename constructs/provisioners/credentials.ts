import { RESOURCE_TYPES, type ResourceTypeName } from '../app/resource-types';
import { STORE } from '../defaults';
import type { Manifest } from '../manifest';
import type { Credentials } from './provisioners-spec';

/** What is made up for a resource of one's own; only its password is secret. */
const NAME = 'app';

const GENERATOR = 'store-password';

/** A Secret that is to be there, of a resource of some type. */
export interface WantedSecret {
  readonly name: string;
  readonly namespace: string;
  readonly type: ResourceTypeName;
}

/**
 * What makes the Secret of a resource when it runs: nothing where somebody delivers it. No value stands here. They are boundary:
 * whoever may write one reads everything that its store holds.
 * @see https://external-secrets.io/latest/api/externalsecret/
 */
export function credentialManifests(credentials: Credentials, wanted: WantedSecret): Manifest[] {
  switch (credentials.kind) {
    case 'secret':
      return [];
    case 'external-secret':
      return [fetched(credentials, wanted)];
    case 'generated':
      return [generated(wanted)];
  }
}

/** The keys that the Secret of a type holds, each once. */
function keysOf(type: ResourceTypeName): string[] {
  const sources = Object.values<string | { readonly key: string }>(RESOURCE_TYPES[type].outputs);
  return [...new Set(sources.flatMap((source) => (typeof source === 'string' ? [] : [source.key])))].sort();
}

function fetched(
  { store, prefix }: Extract<Credentials, { readonly kind: 'external-secret' }>,
  { name, namespace, type }: WantedSecret,
): Manifest {
  const key = `${prefix}/${namespace}/${name}`;
  return externalSecret(name, namespace, {
    secretStoreRef: { kind: 'ClusterSecretStore', name: store },
    target: { name, creationPolicy: 'Owner', deletionPolicy: 'Retain' },
    data: keysOf(type).map((property) => ({ secretKey: property, remoteRef: { key, property } })),
  });
}

/** Made up once: the store keeps the password that it began with. */
function generated({ name, namespace, type }: WantedSecret): Manifest {
  const texts = keysOf(type).map((key) => [key, key === 'password' ? '{{ .password }}' : NAME]);
  return externalSecret(name, namespace, {
    refreshPolicy: 'CreatedOnce',
    target: {
      ...{ name, creationPolicy: 'Orphan', deletionPolicy: 'Retain' },
      template: { engineVersion: 'v2', data: Object.fromEntries(texts) },
    },
    dataFrom: [{ sourceRef: { generatorRef: { apiVersion: GENERATORS, kind: 'Password', name: GENERATOR } } }],
  });
}

const GENERATORS = 'generators.external-secrets.io/v1alpha1';

/** How passwords are made up, once for a compartment: without what an address would have to escape. */
export function passwordGenerator(namespace: string): Manifest {
  return {
    ...{ apiVersion: GENERATORS, kind: 'Password', metadata: { name: GENERATOR, namespace } },
    spec: { length: STORE.password, symbols: 0, noUpper: false, allowRepeat: true },
  };
}

function externalSecret(name: string, namespace: string, spec: object): Manifest {
  return { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', metadata: { name, namespace }, spec };
}
