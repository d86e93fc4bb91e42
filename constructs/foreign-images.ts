import { OPEN_IMAGE } from './app/image-spec';
import type { AppSpec } from './app-spec';
import type { TenantProblem } from './calls';
import type { Environment } from './environment';
import { withImages } from './images';
import type { TenantSpec } from './tenant-spec';

/** The rule that judges what is rendered, and what asks the API server. */
export const FOREIGN_IMAGES = 'images-come-from-the-tenants-registries';

/**
 * Images that come from elsewhere than the environment says. A tenant with an exemption is left to the rule itself, which knows
 * of what, and until when.
 */
export function foreignImages(
  tenants: readonly TenantSpec[],
  environment: Pick<Environment, 'registries' | 'exemptions' | 'images'>,
): TenantProblem[] {
  const { registries: allowed, exemptions } = environment;
  if (!allowed) return [];
  const isExempt = (tenant: string) =>
    exemptions.some(({ rule, object }) => rule === FOREIGN_IMAGES && object.startsWith(`${tenant} `));
  const fix = `Use one below ${allowed.join(' or ')}, or ask the platform team to allow its registry, under registries.`;
  return tenants
    .filter(({ name }) => !isExempt(name))
    .flatMap((tenant) =>
      withImages(tenant, environment).apps.flatMap((app) =>
        imagesOf(app)
          .filter(({ image }) => !allowed.some((prefix) => image.startsWith(prefix)))
          .map(({ path, image }) => {
            const problem = `${image.replace(/@.*/, '')} comes from a registry that is not among those of this environment.`;
            return { tenant: tenant.name, app: app.name, path, problem, fix };
          }),
      ),
    );
}

/** Every image that an app names. What nobody names is told elsewhere. */
function imagesOf({ image, companions }: AppSpec): { readonly path: readonly string[]; readonly image: string }[] {
  const beside = Object.entries(companions).map(([name, own]) => ({
    path: ['companions', name, 'image'],
    image: own.image,
  }));
  return [{ path: ['image'], image }, ...beside].filter((named) => named.image !== OPEN_IMAGE);
}
