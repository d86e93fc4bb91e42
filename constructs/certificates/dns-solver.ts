import * as z from 'zod';
import { DNS_PORT } from '../defaults';
import { cidr } from '../names';
import type { NonEmpty, Port } from '../network/network-policy';

const text = z.string().regex(/^\S+$/, 'Write it without blanks.');

/** One entry of a Secret of namespace `certificates`. Whoever keeps the secrets puts it there: none enters a manifest. */
const secretReference = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'Write the name of a Secret.')
    .describe('A Secret of namespace `certificates`.'),
  key: z
    .string()
    .regex(/^[\w.-]+$/, 'Write the key of one of its entries.')
    .describe('One of its entries.'),
});

const cidrs = z.tuple([cidr], cidr).describe("Addresses at which the provider's API answers.");

const route53 = z.strictObject({
  kind: z.literal('route53'),
  region: text.describe('Region of the API.'),
  role: text.optional().describe('Role to assume. Left out: what the node or the service account is.'),
  cidrs,
});

const cloudDns = z.strictObject({
  kind: z.literal('cloud-dns'),
  project: text.describe('Project of the zone.'),
  account: secretReference.optional().describe('Key of a service account. Left out: workload identity.'),
  cidrs,
});

const azureDns = z.strictObject({
  kind: z.literal('azure-dns'),
  subscription: text.describe('Subscription of the zone.'),
  resourceGroup: text.describe('Resource group of the zone.'),
  zone: text.describe('Name of the zone.'),
  identity: text.optional().describe("Client of a managed identity. Left out: the pod's own."),
  cidrs,
});

const cloudflare = z.strictObject({
  kind: z.literal('cloudflare'),
  token: secretReference.describe('API token that may edit the zone.'),
  cidrs,
});

const rfc2136 = z.strictObject({
  kind: z.literal('rfc2136'),
  nameserver: z.ipv4('Write the IPv4 address of the server.').describe('Name server that takes dynamic updates.'),
  keyName: text.describe('Name of the TSIG key.'),
  key: secretReference.describe('The TSIG key.'),
});

/** How the DNS-01 challenge of ACME is answered. */
export const dnsSolver = z.discriminatedUnion('kind', [route53, cloudDns, azureDns, cloudflare, rfc2136]);

export type DnsSolver = z.output<typeof dnsSolver>;

/**
 * The solver as cert-manager reads it.
 * @see https://cert-manager.io/docs/configuration/acme/dns01/
 */
export function dns01(solver: DnsSolver): object {
  switch (solver.kind) {
    case 'route53':
      return { route53: { region: solver.region, ...(solver.role ? { role: solver.role } : {}) } };
    case 'cloud-dns':
      return {
        cloudDNS: {
          project: solver.project,
          ...(solver.account ? { serviceAccountSecretRef: solver.account } : {}),
        },
      };
    case 'azure-dns':
      return {
        azureDNS: {
          subscriptionID: solver.subscription,
          resourceGroupName: solver.resourceGroup,
          hostedZoneName: solver.zone,
          ...(solver.identity ? { managedIdentity: { clientID: solver.identity } } : {}),
        },
      };
    case 'cloudflare':
      return { cloudflare: { apiTokenSecretRef: solver.token } };
    case 'rfc2136':
      return {
        rfc2136: {
          nameserver: `${solver.nameserver}:${DNS_PORT}`,
          tsigKeyName: solver.keyName,
          tsigAlgorithm: 'HMACSHA256',
          tsigSecretSecretRef: solver.key,
        },
      };
  }
}

/** Where the solver writes its records. */
export function placeOf(solver: DnsSolver): { readonly cidrs: NonEmpty<string>; readonly ports: NonEmpty<Port> } {
  if (solver.kind !== 'rfc2136') return { cidrs: solver.cidrs, ports: [{ protocol: 'TCP', port: 443 }] };
  return {
    cidrs: [`${solver.nameserver}/32`],
    ports: [
      { protocol: 'UDP', port: DNS_PORT },
      { protocol: 'TCP', port: DNS_PORT },
    ],
  };
}
