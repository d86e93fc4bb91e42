import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const secretsStayOutOfVariables: CelRule = {
  id: 'secrets-stay-out-of-variables',
  why: 'Variables end up in crash reports, logs and child processes.',
  see: 'https://kubernetes.io/docs/concepts/security/secrets-good-practices/',
  level: 'advisory',
  on: WRITTEN,
  within: TENANTS,
  holds: `
    variables.containers.all(c, c.?env.orValue([]).all(e, !has(e.valueFrom) ||
    !has(e.valueFrom.secretKeyRef)) &&
    c.?envFrom.orValue([]).all(e, !has(e.secretRef)))
  `,
  problem: 'A variable holds a secret.',
  fix: 'Mount the Secret as a volume.',
};
