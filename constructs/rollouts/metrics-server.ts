import { metricsAddress } from '../metrics/address';
import type { RolloutsSection } from './rollouts-spec';

/** Why Flagger may ask there. */
export const JUDGED_BY_METRICS = 'metrics say whether a new version does well';

/** The address of the Prometheus that Flagger asks. */
export function metricsServerOf({ metrics }: Pick<RolloutsSection, 'metrics'>): string {
  return metrics.kind === 'metrics' ? metricsAddress() : metrics.address;
}
