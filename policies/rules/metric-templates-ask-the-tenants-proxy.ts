import { METRIC_TEMPLATES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const metricTemplatesAskTheTenantsProxy: CelRule = {
  id: 'metric-templates-ask-the-tenants-proxy',
  why: "Flagger itself asks that address; any other may be a way to another tenant's figures or into the cloud.",
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: METRIC_TEMPLATES,
  within: TENANTS,
  holds: `
    object.spec.?provider.?address.orValue('').matches('^http://proxy-[a-z0-9-]+[.]metrics([.]svc([.]cluster[.]local)?)?(:[0-9]+)?/?$') &&
    object.spec.?provider.?address.orValue('').startsWith('http://proxy-' + object.metadata.namespace +
    '.metrics')
  `,
  problem: "The address is not that of the tenant's metrics.",
  fix: 'Write http://proxy-<own namespace>.metrics:<port>.',
};
