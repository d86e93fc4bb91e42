import { CERTIFICATE } from '../defaults';
import type { Manifest } from '../manifest';
import { EDGE } from './gateway-name';

/** How a Certificate names who signs it. */
export interface IssuerReference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** Name of the Secret with the key of a tenant's domain. It lies in the edge's namespace and nowhere else. */
export function tenantSecret(tenant: string): string {
  return `tls-${tenant}`;
}

/** The certificate of all hostnames of a tenant. Every renewal makes a new key. */
export function certificate(tenant: string, domain: string, issuer: IssuerReference): Manifest {
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: tenant, namespace: EDGE },
    spec: {
      secretName: tenantSecret(tenant),
      dnsNames: [`*.${domain}`],
      ...CERTIFICATE,
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth'],
      issuerRef: issuer,
    },
  };
}
