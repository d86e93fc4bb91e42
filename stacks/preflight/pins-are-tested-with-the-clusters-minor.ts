import { untestedPairs } from '../../constructs/mesh/untested-pairs';
import { isKnownMinor } from './known-minor';
import type { PreflightCheck } from './situation';

/** When the provider moved the cluster: no pinned component is left without a test on the minor that it now runs on. */
export const pinsAreTestedWithTheClustersMinor: PreflightCheck = {
  id: 'pins-are-tested-with-the-clusters-minor',
  *check({ environment: { kubernetes, mesh }, cluster: { minor } }) {
    if (minor === kubernetes || !isKnownMinor(minor) || !mesh) return;
    for (const { path, problem, fix } of untestedPairs(minor, mesh)) {
      yield { object: 'environment', path: path.join('.'), problem, fix, stops: false, compartment: 'mesh' };
    }
  },
};
