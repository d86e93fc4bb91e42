import { ISSUER_AUTHORITY } from '../defaults';
import type { Manifest } from '../manifest';
import type { AcmeIssuer, Issuer } from './certificates-spec';
import { dns01 } from './dns-solver';

const API = 'cert-manager.io/v1';

/** Name of the ClusterIssuer that we make. */
const OWN = 'bulkhead';

/** Name of the environment's own authority: its Certificate, its Secret and the ClusterIssuer that signs it. */
const AUTHORITY = 'bulkhead-authority';

/** How certificates name who signs them. A ClusterIssuer: an Issuer would have to lie beside each of them. */
export function issuerReference(issuer: Issuer) {
  const name = issuer.kind === 'existing' ? issuer.name : OWN;
  return { group: 'cert-manager.io', kind: 'ClusterIssuer', name } as const;
}

/** What signs the environment's certificates; nothing where somebody else makes it. */
export function issuerObjects(issuer: Issuer, namespace: string): Manifest[] {
  switch (issuer.kind) {
    case 'self-signed':
      return [
        clusterIssuer(AUTHORITY, { selfSigned: {} }),
        authority(namespace),
        clusterIssuer(OWN, { ca: { secretName: AUTHORITY } }),
      ];
    case 'acme':
      return [clusterIssuer(OWN, { acme: acme(issuer) })];
    case 'existing':
      return [];
  }
}

function clusterIssuer(name: string, spec: object): Manifest {
  return { apiVersion: API, kind: 'ClusterIssuer', metadata: { name }, spec };
}

function acme({ server, email, dns }: AcmeIssuer): object {
  return {
    server,
    email,
    privateKeySecretRef: { name: 'acme-account' },
    // Wildcards can be proved by DNS alone.
    solvers: [{ dns01: dns01(dns) }],
  };
}

/** An authority that only this environment's clients are told to trust. */
function authority(namespace: string): Manifest {
  return {
    apiVersion: API,
    kind: 'Certificate',
    metadata: { name: AUTHORITY, namespace },
    spec: {
      isCA: true,
      commonName: 'Bulkhead',
      secretName: AUTHORITY,
      ...ISSUER_AUTHORITY,
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: AUTHORITY },
    },
  };
}
