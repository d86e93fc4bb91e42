import { healthOf } from '../app/health-spec';
import type { Workload } from '../app-spec';

/** What Kubernetes and Flagger give a new version by themselves, in seconds. */
const DEFAULT_SECONDS = 600;

/** For a node to be found and an image to be pulled, in seconds. */
const BEFORE_START_SECONDS = 120;

/**
 * How long a new version may make no progress before it has failed: nothing where the default is enough. It must outlast the
 * time that the app has to start, or whoever starts slowly can never be replaced.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds
 */
export function progressDeadline({ health }: Pick<Workload, 'health'>): { readonly progressDeadlineSeconds?: number } {
  const needed = (healthOf(health)?.startupSeconds ?? 0) + BEFORE_START_SECONDS;
  return needed > DEFAULT_SECONDS ? { progressDeadlineSeconds: needed } : {};
}
