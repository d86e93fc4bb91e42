import * as z from 'zod';
import { volume } from '../app/disk-spec';
import { image } from '../app/image-spec';
import { RESOURCE_TYPE_NAMES, type ResourceTypeName } from '../app/resource-types';
import { STORE } from '../defaults';
import { cidr, domainName, name } from '../names';
import { mebibytes } from '../quantity';
import { size } from '../size';
import { SERVERS } from './servers';

const delivered = z.strictObject({ kind: z.literal('secret') });

const externalSecret = z.strictObject({
  kind: z.literal('external-secret'),
  store: name.describe('The ClusterSecretStore that holds them.'),
  prefix: z
    .string()
    .regex(/^[\w./-]+$/, 'Write letters, digits, dashes, dots and slashes, for example "dev/stores".')
    .describe('Where they lie in it: `<prefix>/<tenant>/<name of the Secret>`, with a property for each key.'),
});

const generated = z.strictObject({ kind: z.literal('generated') });

const OF_CREDENTIALS =
  'Where the Secret comes from: somebody delivers it ("secret"), or External Secrets makes it, of what a store holds';

const existing = z.strictObject({
  kind: z.literal('existing'),
  host: domainName.describe('The name under which it is reached.'),
  port: z.int().min(1).max(65535).describe('The port on which it is reached.'),
  cidrs: z.tuple([cidr], cidr).describe('Its addresses. NetworkPolicies know no names, so they are said here.'),
  credentials: z
    .discriminatedUnion('kind', [delivered, externalSecret])
    .default({ kind: 'secret' })
    .describe(`${OF_CREDENTIALS}.`),
});

const pinned = image.refine((written) => written.includes('@sha256:'), {
  error: 'Write it with its digest, "…@sha256:<64 hex digits>": a tag moves.',
});

const inCluster = z.strictObject({
  kind: z.literal('in-cluster'),
  image: pinned.describe("The server's official image, with its digest."),
  user: z
    .int()
    .min(1)
    .default(STORE.user)
    .describe("The user as which the image's server runs: of Debian's variants 999, of Alpine's PostgreSQL 70."),
  size: size.default(STORE.size).describe('CPU and memory of it, as for apps.'),
  disk: volume
    .refine(({ scratch }) => scratch === undefined || mebibytes(scratch) <= STORE.mostScratch, {
      error: `Write at most ${STORE.mostScratch / 1024}Gi of scratch, or "persistent".`,
    })
    .default({ scratch: STORE.scratch })
    .describe('Where it keeps what it is given: for as long as its pod lives, or on a disk that stays.'),
  credentials: z
    .discriminatedUnion('kind', [delivered, externalSecret, generated])
    .default({ kind: 'secret' })
    .describe(`${OF_CREDENTIALS} or of a password that it makes up ("generated").`),
});

const provisioner = z.discriminatedUnion('kind', [existing, inCluster]);

export type Provisioner = z.output<typeof provisioner>;

export type InCluster = z.output<typeof inCluster>;

export type Credentials = InCluster['credentials'];

const classes = z.record(name, provisioner);

/** Who provides what apps use, by type and class. */
export const provisionersSection = z
  .strictObject(
    Object.fromEntries(
      RESOURCE_TYPE_NAMES.map((type) => [type, classes.default({}).describe(`By class, who provides ${type}.`)]),
    ) as Record<ResourceTypeName, z.ZodDefault<typeof classes>>,
  )
  .superRefine((section, context) => {
    for (const [type, of] of inClusterIn(section)) {
      if (type in SERVERS) continue;
      const params = { problem: `No server for ${type} is known here that runs in the cluster.` };
      const possible = Object.keys(SERVERS).join(', ');
      const message = `Write "existing". In the cluster there can be: ${possible}.`;
      context.addIssue({ code: 'custom', path: [type, of, 'kind'], params, message });
    }
  });

type Section = z.output<typeof provisionersSection>;

/** The types and classes that are provided in the cluster. */
export function inClusterIn(section: Section): [type: ResourceTypeName, of: string][] {
  return RESOURCE_TYPE_NAMES.flatMap((type) =>
    Object.entries(section[type]).flatMap(([of, { kind }]): [ResourceTypeName, string][] =>
      kind === 'in-cluster' ? [[type, of]] : [],
    ),
  );
}
