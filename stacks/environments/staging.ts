import type { EnvironmentInput } from '../../constructs/environment';
import { shared } from './_shared';

export default {
  ...shared,
  domain: 'staging.example.com',
  apiServer: { cidrs: ['10.20.0.10/32'] },
  delivery: { kind: 'argocd', repository: 'https://git.example.com/platform/rendered.git' },
} satisfies EnvironmentInput;
