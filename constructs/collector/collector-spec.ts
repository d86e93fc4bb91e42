import * as z from 'zod';
import { cidr, portOf } from '../names';
import { size } from '../size';
import { bufferSchema } from './buffer';
import { COLLECTOR_IMAGE, COLLECTOR_VERSIONS } from './defaults';

const toleration = z.strictObject({
  key: z.string().min(1).describe('Key of the taint.'),
  value: z.string().optional().describe('Value of the taint. Left out: any.'),
  effect: z.enum(['NoSchedule', 'NoExecute']).describe('What the taint does.'),
});

/** What every section says that runs collectors. */
export const collectorShape = {
  version: z.enum(COLLECTOR_VERSIONS).describe('Release of the OpenTelemetry collector.'),
  image: z
    .string()
    .regex(/^[^\s:@]+(:\d+\/[^\s:@]+)?$/, 'Write the image without tag and digest: version and digest say which.')
    .default(COLLECTOR_IMAGE)
    .describe('Where its image is, without the tag.'),
  digest: z
    .string()
    .regex(/^sha256:[a-f0-9]{64}$/, 'Write "sha256:" and 64 hexadecimal digits.')
    .optional()
    .describe('Digest of that image. Left out: the tag alone, which its owner could move.'),
  agent: size.default('S').describe('CPU and memory of the agent on each node.'),
  nodes: z
    .int()
    .min(1)
    .max(5000)
    .default(30)
    .describe('The most nodes that the cluster grows to: room for so many agents.'),
  tolerations: z
    .array(toleration)
    .default([{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }])
    .describe('Taints of nodes on which agents run all the same.'),
  buffer: bufferSchema.prefault({}).describe('Disk for what a backend does not take.'),
  allowPlaintext: z.boolean().default(false).describe('Whether a backend may be reached without TLS.'),
};

export type Toleration = z.output<typeof toleration>;

/** A backend outside the cluster, which takes OTLP over HTTP. */
export const backendShape = {
  endpoint: z
    .string()
    .regex(
      /^https?:\/\/[a-z0-9][a-z0-9.-]*(:[1-9]\d{0,4})?(\/[A-Za-z0-9._~/-]*)?$/,
      'Write an address such as "https://otlp.example.com/path": lower case, without credentials or query.',
    )
    .describe('Address of the backend. `/v1/<signal>` is appended.'),
  cidrs: z.tuple([cidr], cidr).describe('Addresses at which it answers. NetworkPolicies know no names.'),
  port: z.int().min(1).max(65535).optional().describe("Port at these addresses. Left out: the endpoint's."),
};

export interface Backend {
  readonly endpoint: string;
  readonly cidrs: readonly [string, ...string[]];
  readonly port?: number | undefined;
}

/** The port of a backend as packets reach it. */
export function backendPort({ endpoint, port }: Backend): number {
  return port ?? portOf(endpoint);
}

/** Refuses an address without TLS where the section does not allow one. */
export function requireTls(
  endpoint: string | undefined,
  allowPlaintext: boolean,
  path: readonly string[],
  context: z.RefinementCtx,
): void {
  if (allowPlaintext || !endpoint?.startsWith('http:')) return;
  context.addIssue({
    code: 'custom',
    path: [...path],
    params: { problem: `"${endpoint}" is plaintext: whoever listens on the way reads it.` },
    message: 'Write an https address, or allowPlaintext: true beside it.',
  });
}

/** The image that a section names. */
export function imageOf({ image, version, digest }: ImageSpec): string {
  return `${image}:${version}${digest === undefined ? '' : `@${digest}`}`;
}

interface ImageSpec {
  readonly image: string;
  readonly version: string;
  readonly digest?: string | undefined;
}
