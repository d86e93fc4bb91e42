import { groupOf, type Manifest } from '../../../constructs/manifest';
import { emitYaml, type Json } from '../../emit/yaml';
import type { Plan, PlannedCompartment, PlannedRelease } from '../../planned';
import { STAGES, stageOf } from '../../stage';
import type { Folder } from './write-tree';

/** The files of one environment: a folder per compartment, one object a file, a `kustomization.yaml` in each stage. */
export function gitopsTree(plan: Plan, inputs: ReadonlyMap<string, unknown> = new Map()): Folder[] {
  return plan.compartments.map((compartment) => ({
    name: compartment.name,
    files: filesOf(compartment),
    ...(inputs.has(compartment.name) ? { input: inputs.get(compartment.name) } : {}),
  }));
}

function filesOf({ manifests, releases, namespace }: PlannedCompartment): Map<string, string> {
  const files = new Map<string, string>();
  for (const stage of STAGES) {
    const objects = manifests.filter((object) => stageOf(object) === stage);
    // Kustomize refuses a kustomization without resources, so a stage that holds nothing has no folder.
    if (objects.length === 0) continue;
    const names = objects.map(({ manifest }) => fileName(manifest));
    for (const [index, { manifest }] of objects.entries())
      files.set(`${stage}/${names[index]}`, emitYaml(manifest as Json));
    files.set(`${stage}/kustomization.yaml`, emitYaml(kustomization(names)));
  }
  for (const release of releases) files.set(`releases/${release.name}.yaml`, installation(release, namespace));
  return files;
}

/** `Deployment.apps.web.yaml`; the core group, which has no name, is called `core`. */
export function fileName({ apiVersion, kind, metadata }: Manifest): string {
  // Names of roles may hold a colon, which not every file system takes; none may hold a percent sign.
  return `${kind}.${groupOf(apiVersion) || 'core'}.${metadata.name.replaceAll(':', '%3A')}.yaml`;
}

function kustomization(resources: string[]): Json {
  return { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources };
}

/** For whoever delivers by hand: the command that installs a release, and the values that it takes. */
function installation({ name, what }: PlannedRelease, namespace = 'default'): string {
  if ('source' in what) {
    const { repository, tag, path, file } = what.source;
    const where = file === undefined ? `--kustomize '${repository}//${path}?ref=${tag}'` : `--filename ${path}/${file}`;
    const from = file === undefined ? '' : ` # of ${repository} at ${tag}`;
    return `# kubectl apply --server-side ${where}${from}\n{}\n`;
  }
  const { repository, name: chart, version } = what.chart;
  const where = repository.startsWith('oci://') ? `${repository}/${chart}` : `${chart} --repo ${repository}`;
  const command = `helm upgrade --install ${name} ${where} --version ${version} --namespace ${namespace}`;
  return `# ${command} --values ${name}.yaml\n${emitYaml(what.values)}`;
}
