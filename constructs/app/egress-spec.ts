import * as z from 'zod';
import { line } from '../line';

/** The port of HTTPS, which nobody needs to write. */
const DEFAULT_PORT = 443;

const WANTED = 'Write a host and its port, for example "api.stripe.com:443".';

const address = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:[1-9]\d{0,4})?$/, WANTED)
  .refine((written) => readAddress(written).port <= 65_535, { error: WANTED });

/** Whom an app reaches outside the cluster. */
export const egressShape = {
  egress: z
    .record(address, line('Write why it goes there.'))
    .default({})
    .describe(
      'Hosts outside that it reaches, each with the reason: `api.stripe.com:443`. The environment allows them.',
    ),
};

export type Egress = z.output<typeof egressShape.egress>;

/** A host and port as an app writes them. */
export function readAddress(written: string): { readonly host: string; readonly port: number } {
  const [host = '', port] = written.split(':');
  return { host, port: port === undefined ? DEFAULT_PORT : Number(port) };
}
