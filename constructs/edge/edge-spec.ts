import * as z from 'zod';
import { GATEWAY } from '../defaults';
import { cidr, name } from '../names';

/** The section `edge` of an environment. */
export const edgeSection = z.strictObject({
  replicas: z
    .strictObject({
      min: z.int().min(1).max(20).describe('Replicas that always run.'),
      max: z.int().min(1).max(20).describe('Replicas at the most.'),
    })
    .refine(({ min, max }) => min <= max, { path: ['max'], error: 'Write a maximum that is not below the minimum.' })
    .prefault({ min: GATEWAY.replicas.min, max: GATEWAY.replicas.max })
    .describe('Replicas of each Gateway.'),
  sources: z.tuple([cidr], cidr).optional().describe('Addresses of the clients. Left out: everyone.'),
  annotations: z
    .record(z.string().regex(/^([\w.-]+\/)?[\w.-]+$/, 'Write the name of an annotation.'), z.string())
    .default({})
    .describe("Annotations of the load balancer's Service, by which cluster providers are told what kind it is."),
  revisionTag: name
    .optional()
    .describe('The revision tag that its Gateways are bound to. Left out: mesh.revisionTag, that of the last tenants.'),
  gateways: z
    .record(name, z.int().min(2).max(GATEWAY.count))
    .default({})
    .describe(
      `Number of the Gateway by tenant, for those that are not at the first: one holds ${GATEWAY.tenants} tenants.`,
    ),
});

export type EdgeSection = z.output<typeof edgeSection>;

/** What stands at an environment's edge must be there too; or else what is wrong with the section. */
export function edgeProblem(others: Readonly<Record<'mesh' | 'certificates', unknown>>) {
  const missing = (['mesh', 'certificates'] as const).filter((other) => others[other] === undefined);
  if (missing.length === 0) return undefined;
  return {
    problem: `Needs ${missing.join(' and ')}, and there is none.`,
    fix: `Add ${missing.join(' and ')}, or leave edge out.`,
  };
}
