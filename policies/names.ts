/**
 * What rules know the platform's objects by. It is written down here once more, because nothing here imports what makes them: a
 * test holds the two to each other.
 */

/** Of a namespace: what its compartment is for. */
export const PLANE_LABEL = 'bulkhead.dev/plane';
/** Of pods: their app, which is also their service account. */
export const APP_LABEL = 'bulkhead.dev/app';
/** Of pods: the label that Services, dashboards and Flagger find them by. */
export const NAME_LABEL = 'app.kubernetes.io/name';

/** Of a namespace: the domain below which its hostnames lie. */
export const DOMAIN_ANNOTATION = 'bulkhead.dev/domain';
/** Of a namespace: prefixes of its images, separated by commas. Nothing of ours writes it; who wants it, sets it. */
export const REGISTRIES_ANNOTATION = 'bulkhead.dev/registries';

/** How the PriorityClasses of tenants' pods begin. */
export const TENANT_PRIORITY = 'bulkhead-tenant-';

/** Namespace of the Gateways and name of the first of them; the others are numbered. */
export const EDGE = 'edge';

/** Namespace of the mesh's control planes. */
export const MESH = 'mesh';

/** The host at which Flagger asks for a tenant's metrics: `proxy-<tenant>.metrics`. */
export const METRICS = 'metrics';
export const METRICS_PROXY = 'proxy-';
