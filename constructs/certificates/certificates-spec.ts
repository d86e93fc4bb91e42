import * as z from 'zod';
import { cidr, httpsAddress, name } from '../names';
import { dnsSolver } from './dns-solver';

/**
 * The versions of cert-manager that this version knows. Each serves Kubernetes from 1.22.
 * @see https://cert-manager.io/docs/releases/
 */
export const CERT_MANAGER_VERSIONS = ['1.21.1', '1.21.2'] as const;

const selfSigned = z.strictObject({ kind: z.literal('self-signed') });

const acme = z.strictObject({
  kind: z.literal('acme'),
  server: httpsAddress.describe('Directory of the ACME server.'),
  email: z
    .string()
    .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'Write an address such as "platform@example.com".')
    .describe('Where the ACME server tells of certificates that run out.'),
  cidrs: z.tuple([cidr], cidr).describe('Addresses at which it answers. NetworkPolicies know no names.'),
  dns: dnsSolver.describe('Who writes the DNS records that prove the domain ours.'),
});

const existing = z.strictObject({
  kind: z.literal('existing'),
  name: name.describe('A ClusterIssuer that somebody else makes.'),
});

/** Who signs the certificates. */
export const issuer = z.discriminatedUnion('kind', [selfSigned, acme, existing]);

/** The section `certificates` of an environment. */
export const certificatesSection = z.strictObject({
  version: z.enum(CERT_MANAGER_VERSIONS).describe('Version of cert-manager.'),
  issuer: issuer.describe('Who signs the certificates of tenant domains.'),
});

export type CertificatesSection = z.output<typeof certificatesSection>;

export type Issuer = z.output<typeof issuer>;

export type AcmeIssuer = z.output<typeof acme>;
