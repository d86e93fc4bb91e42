import type { EnvironmentInput } from '../../constructs/environment';
import { shared } from './_shared';

export default {
  ...shared,
  domain: 'example.com',
  apiServer: { cidrs: ['10.30.0.10/32', '10.30.1.10/32', '10.30.2.10/32'] },
  delivery: { kind: 'flux', source: 'rendered' },
  scale: { min: 3, max: 12 },
} satisfies EnvironmentInput;
