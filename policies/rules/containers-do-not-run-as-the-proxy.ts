import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const containersDoNotRunAsTheProxy: CelRule = {
  id: 'containers-do-not-run-as-the-proxy',
  why: 'Traffic of user or group 1337 is what the mesh lets past its sidecar.',
  see: 'https://istio.io/latest/docs/ops/deployment/application-requirements/',
  level: 'mandatory',
  on: WRITTEN,
  within: TENANTS,
  holds: `
    variables.contexts.all(s, s.?runAsUser.orValue(1) != 1337 &&
    s.?runAsGroup.orValue(1) != 1337)
  `,
  problem: 'A container runs as user or group 1337.',
  fix: 'Choose another number.',
};
