import { OPEN_IMAGE } from './app/image-spec';
import type { Workload } from './app-spec';
import type { TenantProblem } from './calls';
import type { Environment } from './environment';
import type { TenantSpec } from './tenant-spec';

type Images = Pick<Environment, 'images'>;

/** What to do about an image that nobody names. */
export function missingImage(tenant: string, { name }: Pick<Workload, 'name'>): { problem: string; fix: string } {
  const app = `${tenant}/${name}`;
  return {
    problem: `Nobody names the image of ${app}.`,
    fix: `Give --image ${app}=<image>, or write it under images["${app}"] in the environment, or here in place of ".".`,
  };
}

/** An app with the image that its environment names for it, if it leaves that open; as it is where nobody does. */
export function withImage<A extends Pick<Workload, 'name' | 'image'>>(app: A, tenant: string, { images }: Images): A {
  const image = images[`${tenant}/${app.name}`];
  return app.image === OPEN_IMAGE && image !== undefined ? { ...app, image } : app;
}

/** A tenant whose apps all say what they run. Kept with what was rendered, it outlives the environment's word. */
export function withImages(tenant: TenantSpec, environment: Images): TenantSpec {
  return { ...tenant, apps: tenant.apps.map((app) => withImage(app, tenant.name, environment)) };
}

/** Apps whose image nobody names. */
export function missingImages(tenants: readonly TenantSpec[], environment: Images): TenantProblem[] {
  return tenants.flatMap((tenant) =>
    withImages(tenant, environment)
      .apps.filter(({ image }) => image === OPEN_IMAGE)
      .map((app) => ({ tenant: tenant.name, app: app.name, path: ['image'], ...missingImage(tenant.name, app) })),
  );
}
