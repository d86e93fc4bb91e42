import { ApiObject } from 'cdk8s';
import { Compartment } from '../../constructs/compartment';
import { type EnvironmentInput, environmentSchema } from '../../constructs/environment';
import { Platform } from '../../constructs/platform';
import { ChartRelease, ManifestRelease } from '../../constructs/release';
import { withDelivery } from '../../stacks/outputs/gitops/delivery';
import { gitopsTree } from '../../stacks/outputs/gitops/tree';
import { manifestsOf, plan, runsOf } from '../../stacks/plan';

const WIDGET = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'one' } };

/** A platform with a compartment that installs the CRD of Widgets and a controller for them, and one that uses them. */
function newPlatform(delivery: EnvironmentInput['delivery']) {
  const environment = environmentSchema.parse({
    ...{ kubernetes: '1.36', domain: 'example.com', apiServer: { cidrs: ['10.0.0.10/32'] } },
    delivery,
  });
  const platform = new Platform({ environment });
  const widgets = new Compartment(platform, 'widgets', { plane: 'policy', owner: 'team' });
  const chart = { repository: 'https://charts.example.com', name: 'widget', version: '1.2.3' };
  const kinds = new ChartRelease(widgets, { name: 'crds', chart, values: {}, kinds: ['example.com/Widget'] });
  new ChartRelease(widgets, {
    name: 'controller',
    chart: { repository: 'oci://charts.example.com/more', name: 'controller', version: '2.0.0', digest: 'sha256:12' },
    values: { replicas: 2 },
    runs: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'controller', namespace: 'widgets' } }],
  }).after(kinds);
  new ManifestRelease(widgets, {
    name: 'extras',
    source: { repository: 'https://git.example.com/extras', tag: 'v3', path: 'deploy/crds', file: 'all.yaml' },
  });
  new ApiObject(widgets, 'own', WIDGET);
  const user = new Compartment(platform, 'user', { plane: 'tenant', owner: 'team' });
  new ApiObject(user, 'theirs', { ...WIDGET, metadata: { name: 'two' } });
  return { environment, platform, widgets, user };
}

/** Kind, name and spec of what a delivered plan holds of a compartment beside its boundary and its Widget. */
function lowered(delivery: EnvironmentInput['delivery']) {
  const { environment, platform, widgets, user } = newPlatform(delivery);
  user.after(widgets);
  const delivered = withDelivery(plan(platform), 'test', environment);
  const manifests = delivered.compartments.find(({ name }) => name === 'widgets')?.manifests ?? [];
  return manifests
    .map(({ manifest }) => manifest)
    .filter(({ apiVersion }) => /toolkit|argoproj/.test(apiVersion))
    .map(({ kind, metadata, spec }) => ({
      ...{ kind, name: metadata.name, spec: spec as Record<string, unknown> },
      wave: metadata.annotations?.['argocd.argoproj.io/sync-wave'],
    }));
}

test('an object of a kind that another compartment brings must come after it', () => {
  const { platform, widgets, user } = newPlatform({ kind: 'none' });
  expect(() => plan(platform)).toThrow(
    'user/theirs: compartment widgets brings the CRD of Widget, and user does not come after it. Add it by "after".',
  );
  user.after(widgets);
  expect(() => plan(platform)).not.toThrow();
});

test('an object of a kind that its own compartment brings is delivered after the boundary, which installs it', () => {
  const { platform, widgets, user } = newPlatform({ kind: 'none' });
  user.after(widgets);
  const halves = plan(platform).compartments.map(({ name, manifests }) => [
    name,
    manifests.find(({ manifest }) => manifest.kind === 'Widget')?.half,
  ]);
  expect(Object.fromEntries(halves)).toMatchObject({ widgets: 'contents', user: 'boundary' });
});

test('a chart cannot wait for a folder of manifests beside it, which Flux could not order', () => {
  const { platform, widgets } = newPlatform({ kind: 'none' });
  const [extras] = widgets.node
    .findAll()
    .flatMap((construct) => (construct instanceof ManifestRelease ? construct : []));
  const chart = { repository: 'https://charts.example.com', name: 'late', version: '1.0.0' };
  const late = new ChartRelease(widgets, { name: 'late', chart, values: {} });
  if (extras) late.after(extras);
  expect(() => plan(platform)).toThrow(
    'widgets/Release.late: a chart and a folder of manifests cannot wait for each other, and it waits for extras. Put extras into a compartment of its own.',
  );
});

test('Flux gets HelmReleases in order, with their sources, and a Kustomization that is never pruned', () => {
  const objects = lowered({ kind: 'flux', source: 'rendered' });
  expect(objects.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'HelmRepository charts-example-com',
    'OCIRepository controller-2-0-0',
    'GitRepository extras',
    'HelmRelease crds',
    'HelmRelease controller',
    'Kustomization extras',
  ]);
  const [, oci, git, , controller, extras] = objects;
  expect(oci?.spec).toMatchObject({
    url: 'oci://charts.example.com/more/controller',
    ref: { tag: '2.0.0', digest: 'sha256:12' },
  });
  expect(git?.spec).toMatchObject({
    ref: { tag: 'v3' },
    ignore: '/*\n!/deploy\n/deploy/*\n!/deploy/crds\n/deploy/crds/*\n!/deploy/crds/all.yaml\n',
  });
  expect(controller?.spec).toMatchObject({
    chartRef: { kind: 'OCIRepository', name: 'controller-2-0-0' },
    dependsOn: [{ name: 'crds' }],
    values: { replicas: 2 },
  });
  expect(extras?.spec).toMatchObject({ prune: false, path: './deploy/crds' });
});

test('Argo CD gets Applications in the compartment itself, by sync wave, confined by a project of their own', () => {
  const objects = lowered({ kind: 'argocd', repository: 'https://git.example.com/rendered' });
  expect(objects.map(({ kind, name, wave }) => `${kind} ${name} ${wave}`)).toEqual([
    'Application crds 0',
    'Application controller 1',
    'Application extras 0',
  ]);
  expect(objects[1]?.spec).toMatchObject({
    project: 'widgets-releases',
    source: {
      ...{ repoURL: 'charts.example.com/more', chart: 'controller', targetRevision: 'sha256:12' },
      helm: { releaseName: 'controller', valuesObject: { replicas: 2 } },
    },
  });
  const { environment, platform, widgets, user } = newPlatform({
    kind: 'argocd',
    repository: 'https://git.example.com/r',
  });
  user.after(widgets);
  const projects = manifestsOf(withDelivery(plan(platform), 'test', environment)).filter(
    ({ kind }) => kind === 'AppProject',
  );
  const project = projects.find(({ metadata }) => metadata.name === 'widgets-releases');
  expect(project?.spec).toMatchObject({
    sourceRepos: ['charts.example.com/more', 'https://charts.example.com', 'https://git.example.com/extras'],
    destinations: [{ namespace: 'widgets' }],
    destinationServiceAccounts: [
      { namespace: 'widgets', defaultServiceAccount: 'argocd:argocd-application-controller' },
    ],
  });
  const reach = { destinations: ['argocd', 'delivery', 'user', 'widgets'].map((namespace) => ({ namespace })) };
  expect(projects.find(({ metadata }) => metadata.name === 'platform')?.spec).toMatchObject({
    ...reach,
    destinationServiceAccounts: reach.destinations,
  });
});

test('without a GitOps tool a release becomes its command and its values', () => {
  const { platform, widgets, user } = newPlatform({ kind: 'none' });
  user.after(widgets);
  const files = gitopsTree(plan(platform)).find(({ name }) => name === 'widgets')?.files;
  expect(files?.get('releases/controller.yaml')).toBe(
    '# helm upgrade --install controller oci://charts.example.com/more/controller --version 2.0.0 --namespace widgets ' +
      '--values controller.yaml\nreplicas: 2\n',
  );
});

test('what a release will run is known to checks and rendered by nobody', () => {
  const { platform, widgets, user } = newPlatform({ kind: 'none' });
  user.after(widgets);
  const planned = plan(platform);
  expect(runsOf(planned).map(({ metadata }) => metadata.name)).toEqual(['controller']);
  expect(manifestsOf(planned).some(({ kind }) => kind === 'Deployment')).toBe(false);
});
