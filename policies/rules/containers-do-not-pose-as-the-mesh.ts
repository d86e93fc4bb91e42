import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const containersDoNotPoseAsTheMesh: CelRule = {
  id: 'containers-do-not-pose-as-the-mesh',
  why: 'A container of the name istio-proxy takes the place of the sidecar.',
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: WRITTEN,
  within: TENANTS,
  holds: "variables.containers.all(c, !c.name.startsWith('istio-'))",
  problem: 'The name of a container begins with istio-.',
  fix: 'Choose another name.',
};
