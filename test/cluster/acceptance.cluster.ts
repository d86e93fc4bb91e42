import { manifestsOf } from '../../stacks/plan';
import { applyCompartments, contentsOf, lostMembers, nameOf } from './apply';
import { type Cluster, startCluster } from './control-plane';
import { renderedPlan } from './rendered';
import { settled } from './settled';
import { defaultMinor, minorNamed } from './versions';

const kubernetes = minorNamed(process.env.BULKHEAD_KUBERNETES ?? defaultMinor);

describe.each(['dev', 'staging', 'prod'])(`${kubernetes}: %s with the demo tenants`, (environment) => {
  const plan = renderedPlan(environment);
  const manifests = manifestsOf(plan);
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({ kubernetes, crds: true });
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
});
