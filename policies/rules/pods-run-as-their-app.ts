import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';
import { APP_LABEL } from '../names';

export const podsRunAsTheirApp: CelRule = {
  id: 'pods-run-as-their-app',
  why: 'NetworkPolicies select the label, the mesh the identity: if they differ, one of them opens to the wrong pod.',
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: WORKLOADS,
  within: TENANTS,
  holds: `
    variables.spec.?serviceAccountName.orValue('default') != 'default' &&
    variables.labels[?'${APP_LABEL}'].orValue('') ==
    variables.spec.?serviceAccountName.orValue('default')
  `,
  problem: `The label ${APP_LABEL} and the service account do not name the same app.`,
  fix: 'Give both the name of the app.',
};
