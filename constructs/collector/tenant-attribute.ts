/** The resource attribute that names the tenant in what is stored. */
export const TENANT_ATTRIBUTE = 'bulkhead.tenant';
