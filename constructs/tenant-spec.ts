import * as z from 'zod';
import { appSpecSchema } from './app-spec';
import { line, refuseSteering } from './line';
import { appReference, isReservedName, name } from './names';
import { size } from './size';

/** What an app team says of itself: its `tenant.yaml`, without the name (its folder) and the apps (their own files). */
export const tenantFileSchema = z.strictObject({
  owner: z
    .string()
    .regex(/^\S(.*\S)?$/, 'Write the name of a group.')
    .superRefine(refuseSteering)
    .refine((group) => !group.startsWith('system:'), {
      error: "Write a group of people: Kubernetes' own hold everybody.",
    })
    .describe('The group whose members own the tenant. They may look; delivery changes.'),
  domain: name.describe("The tenant's label below the environment's domain: `shop` gives `web.shop.example.com`."),
  size: size.default('S').describe('How much the tenant may use in all.'),
  accepts: z
    .record(name, z.record(appReference, line('Write why it may call.')))
    .default({})
    .describe('By app of this tenant: the apps of other tenants that may call it, each with the reason.'),
});

/** A whole tenant: its file, its name and its apps. */
export const tenantSpecSchema = tenantFileSchema.extend({
  name: name
    .refine((value) => !isReservedName(value), {
      error: 'Choose another name: the platform needs this one itself.',
    })
    .describe('Name of the team; also of its compartment and namespace.'),
  apps: z.array(appSpecSchema).default([]).describe('What the team ships.'),
});

/** A tenant as it is written. */
export type TenantSpecInput = z.input<typeof tenantSpecSchema>;

/** A tenant as the platform reads it: complete. */
export type TenantSpec = z.output<typeof tenantSpecSchema>;
