import { METRIC_TEMPLATES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';
import { METRICS, METRICS_PROXY } from '../names';

export const metricTemplatesAskTheTenantsProxy: CelRule = {
  id: 'metric-templates-ask-the-tenants-proxy',
  why: "Flagger itself asks that address; any other may be a way to another tenant's figures or into the cloud.",
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: METRIC_TEMPLATES,
  within: TENANTS,
  holds: `
    object.spec.?provider.?address.orValue('').matches('^http://${METRICS_PROXY}[a-z0-9-]+[.]${METRICS}([.]svc([.]cluster[.]local)?)?(:[0-9]+)?/?$') &&
    object.spec.?provider.?address.orValue('').startsWith('http://${METRICS_PROXY}' + object.metadata.namespace +
    '.${METRICS}')
  `,
  problem: "The address is not that of the tenant's metrics.",
  fix: `Write http://${METRICS_PROXY}<own namespace>.${METRICS}:<port>.`,
};
