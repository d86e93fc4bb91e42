import * as z from 'zod';
import { STRATEGIES } from '../app/rollout-spec';
import { requireTls } from '../collector/collector-spec';
import { cidr } from '../names';

/**
 * The versions of Flagger that this version knows. Each serves routes of the Gateway API's `v1`, and copies of an app's pods all that
 * we write there: it copies what its own Kubernetes client knows, so 1.36.1 loses the pause before a stop, and is refused then.
 * @see https://github.com/fluxcd/flagger/releases
 */
export const FLAGGER_VERSIONS = ['1.44.0'] as const;

const outside = z
  .strictObject({
    kind: z.literal('outside'),
    address: z
      .string()
      .regex(/^https?:\/\/[a-z0-9]\S*$/, 'Write an address such as "https://prometheus.example.com".')
      .refine((address) => URL.canParse(address), { error: 'Write an address whose host and port are possible.' })
      .describe('Address of the Prometheus that knows how requests of the mesh went.'),
    cidrs: z.tuple([cidr], cidr).describe('Addresses at which it answers. NetworkPolicies know no names.'),
    allowPlaintext: z.boolean().default(false).describe('Whether it may be reached without TLS.'),
  })
  .superRefine(({ address, allowPlaintext }, context) => requireTls(address, allowPlaintext, ['address'], context));

/** The compartment `metrics`, which the section of that name describes. */
const kept = z.strictObject({ kind: z.literal('metrics') });

/** The section `rollouts` of an environment. */
export const rolloutsSection = z.strictObject({
  version: z.enum(FLAGGER_VERSIONS).describe('Version of Flagger.'),
  metrics: z
    .discriminatedUnion('kind', [outside, kept])
    .describe('Where Flagger asks whether a new version does well.'),
  default: z
    .enum(STRATEGIES)
    .default('rolling')
    .describe('How new versions of public HTTP apps take over that say nothing of it themselves.'),
});

export type RolloutsSection = z.output<typeof rolloutsSection>;
