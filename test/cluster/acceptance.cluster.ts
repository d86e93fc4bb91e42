import { manifestsOf } from '../../stacks/plan';
import { applyCompartments, contentsOf, lostMembers, nameOf } from './apply';
import { type Cluster, startCluster } from './control-plane';
import { renderedPlan } from './rendered';
import { settled } from './settled';
import { canEmulate, defaultMinor, kubernetesReleases, type Minor, minorNamed } from './versions';

interface Case {
  readonly environment: string;
  readonly kubernetes: Minor;
  readonly emulated: boolean;
}

const chosen = minorNamed(process.env.BULKHEAD_KUBERNETES ?? defaultMinor);
const real = ['dev', 'staging', 'prod'].map(
  (environment): Case => ({ environment, kubernetes: chosen, emulated: false }),
);
/** The newest binary in the manner of older minors: quick, and no substitute for their own (npm run test:matrix). */
const emulated = (Object.keys(kubernetesReleases) as Minor[])
  .filter((kubernetes) => chosen === defaultMinor && kubernetes !== defaultMinor && canEmulate(kubernetes))
  .map((kubernetes): Case => ({ environment: 'prod', kubernetes, emulated: true }));

describe.each([...real, ...emulated])('$environment on $kubernetes (emulated: $emulated)', (each) => {
  const { environment, kubernetes, emulated } = each;
  const plan = renderedPlan(environment, kubernetes);
  const manifests = manifestsOf(plan);
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({ kubernetes, emulated, crds: ['istio', 'flux-kustomize', 'argo-cd'] });
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
