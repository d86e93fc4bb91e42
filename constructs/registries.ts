import * as z from 'zod';
import type { TenantProblem } from './calls';
import type { Environment } from './environment';
import type { TenantSpec } from './tenant-spec';

/** Where the images of tenants come from. */
export const registries = z
  .array(
    z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)*\/$/,
        'Write how images begin, up to a slash, for example "images.example.com/".',
      ),
  )
  .min(1, 'Write at least one, or leave it out.')
  .optional()
  .describe("How tenants' images begin: registries, or folders of them. Left out: images come from anywhere.");

/** The rule that judges what is rendered, and what asks the API server. */
export const FOREIGN_IMAGES = 'images-come-from-the-tenants-registries';

/**
 * Apps whose image comes from elsewhere than the environment says. A tenant with an exemption is left to the rule itself, which
 * knows of what, and until when.
 */
export function foreignImages(
  tenants: readonly TenantSpec[],
  { registries: allowed, exemptions }: Pick<Environment, 'registries' | 'exemptions'>,
): TenantProblem[] {
  if (!allowed) return [];
  const isExempt = (tenant: string) =>
    exemptions.some(({ rule, object }) => rule === FOREIGN_IMAGES && object.startsWith(`${tenant} `));
  const fix = `Use one below ${allowed.join(' or ')}, or ask the platform team to allow its registry, under registries.`;
  return tenants
    .filter(({ name }) => !isExempt(name))
    .flatMap(({ name: tenant, apps }) =>
      apps
        .filter(({ image }) => !allowed.some((prefix) => image.startsWith(prefix)))
        .map((app) => ({ tenant, app: app.name, path: ['image'], problem: FOREIGN, fix })),
    );
}

const FOREIGN = 'This image comes from a registry that is not among those of this environment.';
