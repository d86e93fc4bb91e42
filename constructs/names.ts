import * as z from 'zod';
import { PLANES } from './defaults';

/** At most this long, so that `<name>-primary` and a ReplicaSet's suffix still make a pod's name of 63 characters. */
export const NAME_LENGTH = 40;

const TAKEN = 'Choose another name: the platform needs this one itself.';

const LABEL_PATTERN = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
const DOMAIN_PATTERN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

/** A name that can be a namespace, a Service, a service account, a label and a part of a hostname alike. */
export const name = z
  .string()
  .regex(LABEL_PATTERN, 'Write lower-case letters, digits and dashes, starting with a letter, for example "web".')
  .max(NAME_LENGTH, `Write at most ${NAME_LENGTH} characters.`)
  // Constructs keep their children in a plain object, and every object has one of this name already.
  .refine((value) => value !== 'constructor', { error: TAKEN });

/** Names that an app cannot have: the service account of every namespace, and all apps of a compartment together. */
const TAKEN_APP_NAMES: ReadonlySet<string> = new Set(['default', 'every']);

/** The name of an app, which is also that of its service account. */
export const appName = name.refine((value) => !TAKEN_APP_NAMES.has(value), { error: TAKEN });

/** A domain of at least two labels, without a wildcard. */
export const domainName = z
  .string()
  .regex(DOMAIN_PATTERN, 'Write a domain of lower-case labels, for example "example.com".')
  .max(253, 'Write at most 253 characters.');

/** An app as others name it: `web` of the same tenant, or `shop/web`. */
export const appReference = z
  .string()
  .regex(
    /^([a-z][a-z0-9-]*\/)?[a-z][a-z0-9-]*$/,
    'Write an app of this tenant, "cart", or of another, "payments/api".',
  );

/** An app by its tenant and its name. */
export const wholeAppReference = z
  .string()
  .regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/, 'Write an app with its tenant, for example "shop/web".');

/** An address range in CIDR notation that does not mean everything. */
export const cidr = z.union([z.cidrv4(), z.cidrv6()]).refine((range) => !range.endsWith('/0'), {
  error: 'Write the ranges that are meant: there is no passage to everywhere.',
});

/** The address of something that answers by TLS. */
export const httpsAddress = z
  .string()
  .regex(/^https:\/\/[a-z0-9]\S*$/, 'Write an address such as "https://acme.example.com/directory".')
  .refine((address) => URL.canParse(address), { error: 'Write an address whose host and port are possible.' });

/** The port that an address means. */
export function portOf(address: string): number {
  const { port, protocol } = new URL(address);
  return port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
}

/** Namespaces that Kubernetes makes and uses itself, now or later. */
export function isKubernetesNamespace(name: string): boolean {
  return name === 'default' || name.startsWith('kube-');
}

/**
 * Compartments that are not called like their plane; `http`, the one listener of the edge that is no tenant's; and `outside`,
 * which parts hosts outside from the apps of tenants in the names of objects.
 */
const PLATFORM_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(PLANES),
  ...['planes', 'platform', 'policy-probe', 'gateway-api', 'mesh-cni', 'rollouts', 'metrics', 'http', 'outside'],
]);

/** Namespaces that upstream software and cluster providers use by custom. */
const COMPONENT_NAME = /^(istio|openshift|gke|aks|eks)-|-system$|^(argocd|cert-manager|flux|monitoring|observability)$/;

/** Kubernetes, upstream software and the platform itself own these names; no tenant may claim one. */
export function isReservedName(name: string): boolean {
  return PLATFORM_NAMES.has(name) || isKubernetesNamespace(name) || COMPONENT_NAME.test(name);
}
