import type { EnvironmentInput } from '../../constructs/environment';
import { shared } from './_shared';

export default {
  ...shared,
  domain: 'dev.example.com',
  apiServer: { cidrs: ['10.10.0.10/32'] },
  delivery: { kind: 'none' },
  scale: { min: 1, max: 1 },
} satisfies EnvironmentInput;
