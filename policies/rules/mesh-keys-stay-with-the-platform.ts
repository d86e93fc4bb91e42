import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const meshKeysStayWithThePlatform: CelRule = {
  id: 'mesh-keys-stay-with-the-platform',
  why: 'Labels and annotations of the mesh switch its sidecar off, past it, or to another revision.',
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: WRITTEN,
  within: TENANTS,
  holds: `
    variables.labels.all(k, !k.matches('(^|[.])istio[.]io/')) &&
    variables.annotations.all(k, !k.matches('(^|[.])istio[.]io/'))
  `,
  problem: 'The pods carry a label or annotation of the mesh.',
  fix: 'Leave it out: the namespace decides on the mesh.',
};
