import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { COMPARTMENTS } from '../cel/scope';

export const tokensAreMountedOnPurpose: CelRule = {
  id: 'tokens-are-mounted-on-purpose',
  why: 'A token of the default service account lies in every pod that says nothing, for whoever breaks in.',
  see: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/',
  level: 'mandatory',
  on: WRITTEN,
  within: COMPARTMENTS,
  holds: `
    !variables.spec.?automountServiceAccountToken.orValue(true) ||
    variables.spec.?serviceAccountName.orValue('default') != 'default'
  `,
  problem: "The default service account's token is mounted.",
  fix: 'Set automountServiceAccountToken to false, or name a service account.',
};
