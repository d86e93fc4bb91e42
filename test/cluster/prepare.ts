import { binary } from './build';
import { findPrograms } from './control-plane';
import { crdSources, readCrds } from './crds';
import { defaultMinor, minorNamed } from './versions';

const WHAT_IT_IS_NOT = `cluster: the API server, its controllers, Flux and Pulumi's engine are the real ones. kwok stands in for the kubelets: no
cluster: image is pulled, no probe asked, a Job's pod completes at once. Upstream's charts are not installed, only their CRDs: no
cluster: sidecar is injected, no webhook asked, and where Flux waits for a release the harness says that it is ready. Pulumi's
cluster: Kubernetes provider is a stand-in: it applies and deletes, waits for no object to be ready, and only records releases.
`;

/** Builds whatever is missing before the first test, so that no test's time is spent on it; says once what cannot be had. */
export default async function prepare(): Promise<void> {
  try {
    await findPrograms(minorNamed(process.env.BULKHEAD_KUBERNETES ?? defaultMinor));
    await binary('kustomize-controller');
    await binary('otelcol-contrib');
    await binary('pulumi');
    for (const source of crdSources) await readCrds(source);
  } catch (error) {
    process.stderr.write(`cluster: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
  process.stderr.write(WHAT_IT_IS_NOT);
}
