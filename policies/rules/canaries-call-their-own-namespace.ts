import { CANARIES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const canariesCallTheirOwnNamespace: CelRule = {
  id: 'canaries-call-their-own-namespace',
  why: 'Flagger itself makes these calls, from a compartment that may reach more.',
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: CANARIES,
  within: TENANTS,
  holds: `
    object.spec.?analysis.?webhooks.orValue([]).all(w,
    w.url.matches('^http://[a-z0-9-]+[.][a-z0-9-]+([.]svc([.]cluster[.]local)?)?(:[0-9]+)?(/|$)') &&
    w.url.split('/')[2].split(':')[0].split('.')[1] == object.metadata.namespace)
  `,
  problem: 'A webhook leads out of the namespace.',
  fix: 'Call http://<service>.<own namespace>.',
};
