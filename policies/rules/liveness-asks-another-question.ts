import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const livenessAsksAnotherQuestion: CelRule = {
  id: 'liveness-asks-another-question',
  why: 'A busy app that fails readiness would be restarted as well, and its load falls on the others.',
  see: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/',
  level: 'advisory',
  on: WRITTEN,
  within: TENANTS,
  holds: `
    variables.containers.all(c, !has(c.livenessProbe) ||
    !has(c.livenessProbe.httpGet) || !has(c.readinessProbe) ||
    !has(c.readinessProbe.httpGet) || c.livenessProbe.httpGet.port != c.readinessProbe.httpGet.port ||
    c.livenessProbe.httpGet.?path.orValue('/') != c.readinessProbe.httpGet.?path.orValue('/'))
  `,
  problem: 'Liveness asks the same as readiness.',
  fix: 'Leave out the livenessProbe, or ask something that only a stuck process fails.',
};
