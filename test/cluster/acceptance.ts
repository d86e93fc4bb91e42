import { manifestsOf } from '../../stacks/plan';
import { applyCompartments, contentsOf, lostMembers, nameOf, standInForArgo } from './apply';
import { type Cluster, startCluster } from './control-plane';
import { renderedPlan } from './rendered';
import { settled } from './settled';
import type { Minor } from './versions';

/** Which environment is proven on which server. */
export interface Case {
  readonly environment: string;
  readonly kubernetes: Minor;
  /** Whether the default minor's binaries behave like that minor, in place of its own. */
  readonly emulated: boolean;
}

/** Declares the tests of one environment on a server of its own. */
export function acceptance({ environment, kubernetes, emulated }: Case): void {
  const plan = renderedPlan(environment, kubernetes);
  const manifests = manifestsOf(plan);
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({ kubernetes, emulated, crds: { for: manifests } });
    await standInForArgo(cluster.client, manifests);
  }, 600_000);
  afterAll(async () => cluster?.stop());

  test('every manifest is accepted by a strict server-side apply, in the order of the plan', async () => {
    await applyCompartments(cluster.client, plan.compartments);
  });

  test('no field of ours is dropped, defaulted away or changed', async () => {
    const lost: string[] = [];
    for (const manifest of manifests) {
      const object = await cluster.client.get(manifest);
      lost.push(...lostMembers(manifest, object).map((member) => `${nameOf(manifest)} ${member}`));
    }
    expect(lost).toEqual([]);
  });

  test("the tenants' pods are admitted under the restricted level and become Ready, as many as declared", async () => {
    await settled(cluster, manifests);
  });

  test('a second apply changes nothing', async () => {
    const before = await contentsOf(cluster.client, manifests);
    await applyCompartments(cluster.client, plan.compartments);
    expect(await contentsOf(cluster.client, manifests)).toEqual(before);
  });
}
