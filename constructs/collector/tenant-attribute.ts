/** The resource attribute that names the tenant in what is stored. */
export const TENANT_ATTRIBUTE = 'bulkhead.tenant';

/** The label that a Prometheus makes of it. */
export const TENANT_LABEL = TENANT_ATTRIBUTE.replaceAll('.', '_');

/** What backends call everything that belongs to no tenant. No tenant can have this name. */
export const PLATFORM_TENANT = 'platform';
