import type { Manifest } from '../../constructs/manifest';
import { nameOf } from './apply';
import type { Cluster } from './control-plane';

/**
 * Waits until the autoscalers have raised every Deployment to its minimum and its pods are Ready. A Deployment of ours names no
 * replicas, so it starts with one, and its generation moves once without anybody applying anything.
 */
export async function settled(cluster: Cluster, manifests: readonly Manifest[]): Promise<void> {
  for (const autoscaler of manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')) {
    const { minReplicas } = autoscaler.spec as { minReplicas: number };
    const deployment = { ...autoscaler, apiVersion: 'apps/v1', kind: 'Deployment' };
    await cluster.until(
      `${nameOf(deployment)} to have ${minReplicas} Ready replicas`,
      async () => {
        const { readyReplicas } = ((await cluster.client.get(deployment))?.status ?? {}) as { readyReplicas?: number };
        return readyReplicas === minReplicas ? true : undefined;
      },
      60,
    );
  }
}
