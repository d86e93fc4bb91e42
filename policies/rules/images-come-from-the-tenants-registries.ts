import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';
import { REGISTRIES_ANNOTATION } from '../names';

export const imagesComeFromTheTenantsRegistries: CelRule = {
  id: 'images-come-from-the-tenants-registries',
  why: 'Whatever is pulled from elsewhere was built and checked by nobody here.',
  see: 'https://kubernetes.io/docs/concepts/security/security-checklist/#images',
  level: 'mandatory',
  on: WRITTEN,
  within: TENANTS,
  holds: `
    variables.registries == '' || variables.containers.all(c, variables.registries.split(',').exists(p,
    p.endsWith('/') && c.image.startsWith(p)))
  `,
  problem: "An image comes from a registry that is not among the tenant's.",
  fix: `Use an image below one of the prefixes in the namespace's annotation ${REGISTRIES_ANNOTATION}.`,
};
