import { closest } from '../../constructs/input/did-you-mean';
import { checkSchemas } from '../../policies/schema';
import { manifestsOf } from '../plan';
import { isKnownMinor } from './known-minor';
import type { PreflightCheck } from './situation';

/** When the provider moved the cluster: every rendered object is still one that its API server takes, now and in later minors. */
export const objectsFitTheClustersMinor: PreflightCheck = {
  id: 'objects-fit-the-clusters-minor',
  *check({ environment: { kubernetes }, plan, cluster: { minor } }) {
    if (minor === kubernetes || !isKnownMinor(minor)) return;
    for (const { rule: _, ...finding } of checkSchemas(manifestsOf(plan), minor, closest)) {
      yield { ...finding, stops: true };
    }
  },
};
