import * as z from 'zod';
import { RESOURCE_TYPE_NAMES, type ResourceTypeName } from '../app/resource-types';
import { cidr, domainName, name } from '../names';

const existing = z.strictObject({
  kind: z.literal('existing'),
  host: domainName.describe('The name under which it is reached.'),
  port: z.int().min(1).max(65535).describe('The port on which it is reached.'),
  cidrs: z.tuple([cidr], cidr).describe('Its addresses. NetworkPolicies know no names, so they are said here.'),
});

const provisioner = z.discriminatedUnion('kind', [existing]);

export type Provisioner = z.output<typeof provisioner>;

const classes = z.record(name, provisioner);

/** Who provides what apps use, by type and class. */
export const provisionersSection = z.strictObject(
  Object.fromEntries(
    RESOURCE_TYPE_NAMES.map((type) => [type, classes.default({}).describe(`By class, who provides ${type}.`)]),
  ) as Record<ResourceTypeName, z.ZodDefault<typeof classes>>,
);
