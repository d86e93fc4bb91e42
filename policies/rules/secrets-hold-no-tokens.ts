import { SECRETS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { COMPARTMENTS } from '../cel/scope';

export const secretsHoldNoTokens: CelRule = {
  id: 'secrets-hold-no-tokens',
  why: 'A Secret of that type is filled with a token that never expires.',
  see: 'https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets',
  level: 'mandatory',
  on: SECRETS,
  within: COMPARTMENTS,
  holds: "object.?type.orValue('Opaque') != 'kubernetes.io/service-account-token'",
  problem: "The Secret asks for a service account's token.",
  fix: 'Project a token into the pod that needs it.',
};
