import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { formatFinding } from '../../policies/finding';
import { emitYaml, type Json } from '../../stacks/emit/yaml';
import { type Helm, helmOnPath } from '../../stacks/inflate/helm';
import { inflate } from '../../stacks/inflate/inflate';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { fileName } from '../../stacks/outputs/gitops/tree';
import { manifestsOf } from '../../stacks/plan';
import { render } from '../../stacks/render';

const environment = environmentSchema.parse({
  ...{ kubernetes: '1.36', domain: 'example.com', apiServer: { cidrs: ['10.0.0.10/32'] } },
  certificates: { version: '1.21.1', issuer: { kind: 'self-signed' } },
  ...{ delivery: { kind: 'flux', source: 'rendered' }, releases: 'inflated' },
});
const loaded = { name: 'test', file: 'environments/test.ts', environment, findings: [] };
const rendering = render(loaded, [], NOTHING_EARLIER);
const [release] = rendering.undelivered?.compartments.flatMap(({ releases }) => releases) ?? [];

const CHART = 'cert-manager-v1.21.1.tgz';
const DIGEST = createHash('sha256').update('the chart').digest('hex');

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'charts-'));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

const vendored = folderWith({ [CHART]: 'the chart', SHA256SUMS: `${DIGEST}  ${CHART}\n` });

function crd(kind: string): object {
  const [group = '', name = ''] = kind.split('/');
  const plural = `${name.toLowerCase()}s`;
  const spec = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  return {
    ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
    metadata: { name: `${plural}.${group}` },
    spec: {
      ...{ group, scope: name === 'ClusterIssuer' ? 'Cluster' : 'Namespaced' },
      names: { kind: name, plural, singular: name.toLowerCase() },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

/** What a chart prints that renders what its release declares, no more and no less. */
const declared = [...(release?.runs ?? []), ...(release?.kinds ?? []).map(crd)];

const textOf = (objects: readonly object[]) => objects.map((each) => `---\n${emitYaml(each as Json)}`).join('');

/** A helm that prints the same whatever it is asked, and what it was asked. */
function printing(text: string) {
  const asked: { readonly args: readonly string[]; readonly input: string }[] = [];
  const helm: Helm = (args, input) => {
    asked.push({ args, input });
    return text;
  };
  return { helm, asked };
}

const inflatedBy = (helm: Helm, folder = vendored) => inflate(loaded, rendering, { folder, helm, today: '2026-11-23' });

const findingsBy = (helm: Helm, folder?: string) => {
  const { plan, findings } = inflatedBy(helm, folder);
  expect(plan).toBeUndefined();
  return findings.map(formatFinding).map((text) => text.replaceAll(folder ?? vendored, 'charts'));
};

test('a chart becomes the manifests that helm prints of it, before whatever uses its kinds, and its release is gone', () => {
  const { helm, asked } = printing(textOf(declared.toReversed()));
  const { plan, findings } = inflatedBy(helm);
  expect(findings).toEqual([]);
  const [certificates] = plan?.compartments.filter(({ name }) => name === 'certificates') ?? [];
  const made = certificates?.manifests.filter(({ source }) => source === release?.source) ?? [];
  expect(certificates?.releases).toEqual([]);
  expect(new Set(made.map(({ half }) => half))).toEqual(new Set(['boundary']));
  expect(made.map(({ manifest }) => manifest.kind).filter((kind, index, kinds) => kind !== kinds[index - 1])).toEqual([
    ...['CustomResourceDefinition', 'ServiceAccount', 'Service', 'Deployment', 'PodDisruptionBudget'],
    ...['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
  ]);
  expect(made[0]?.manifest.metadata.annotations).toEqual({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' });
  expect(manifestsOf(plan ?? { compartments: [], passages: [] }).filter(({ kind }) => /^Helm/.test(kind))).toEqual([]);
  expect(asked[0]).toEqual({
    args: [
      ...['template', 'cert-manager', join(vendored, CHART), '--namespace', 'certificates'],
      ...['--kube-version', 'v1.36.0', '--include-crds', '--values', '-'],
    ],
    input: expect.stringContaining('priorityClassName: bulkhead-certificates'),
  });
});

test('what helm prints in another order, or with a test and an empty document beside it, comes to the same files', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe', annotations: { 'helm.sh/hook': 'test' } } };
  const files = (helm: Helm) =>
    manifestsOf(inflatedBy(helm).plan ?? { compartments: [], passages: [] }).map((manifest) => [
      fileName(manifest),
      emitYaml(manifest as Json),
    ]);
  const one = files(printing(textOf(declared)).helm);
  expect(one.length).toBeGreaterThan(50);
  expect(files(printing(`---\n# nothing\n${textOf([pod, ...declared.toReversed()])}`).helm)).toEqual(one);
});

test('an environment that has charts installed needs no helm and no folder', () => {
  const installed = { ...rendering, environment: { ...environment, releases: 'installed' as const } };
  expect(inflate(loaded, installed, { folder: 'nowhere', helm: helmOnPath, today: '2026-11-23' })).toBe(installed);
});

test('without helm there is one finding, however many charts there are', () => {
  const { PATH } = process.env;
  process.env.PATH = '';
  try {
    expect(findingsBy(helmOnPath)).toEqual([
      "environments/test.ts releases: Charts are to be inflated, and there is no helm on the PATH. Install Helm, or write releases: 'installed'.",
    ]);
  } finally {
    process.env.PATH = PATH;
  }
});

const never: Helm = () => {
  throw new Error('helm was run');
};

test.each([
  [
    'is not there',
    {},
    `charts/${CHART}: It is not there, and this environment inflates it. Run: helm pull cert-manager --repo https://charts.jetstack.io --version v1.21.1 --destination charts; then add its line of sha256sum to charts/SHA256SUMS.`,
  ],
  [
    'has no recorded digest',
    { [CHART]: 'the chart', SHA256SUMS: `${DIGEST}  other.tgz\n` },
    `charts/${CHART}: Its digest is recorded nowhere. Compare it with what its publisher says, then add "${DIGEST}  ${CHART}" to charts/SHA256SUMS.`,
  ],
  [
    'has another digest',
    { [CHART]: 'the chart', SHA256SUMS: `${'0'.repeat(64)}  ${CHART}\n` },
    `charts/${CHART}: Its digest is ${DIGEST}, and charts/SHA256SUMS says ${'0'.repeat(64)}. Fetch it again. If it was meant to change, record its new digest.`,
  ],
])('a chart that %s is a finding, and helm is not run', (_, files, finding) => {
  expect(findingsBy(never, folderWith(files))).toEqual([finding]);
});

test.each([
  [
    'fails',
    () => {
      throw Object.assign(new Error(), { stderr: 'level=ERROR\nError: values do not meet the schema\n' });
    },
    `charts/${CHART}: helm template fails: Error: values do not meet the schema. Correct the release's values, or take another version of the chart.`,
  ],
  ['prints something else each time', () => `a: ${Math.random()}\n`, 'It renders differently each time.'],
  ['prints what is no object', () => 'kind: Service\n', 'It renders what is no object: {"kind":"Service"}.'],
  ['prints what is no YAML', () => '{', 'It renders what is no YAML: '],
])('a helm that %s is a finding', (_, helm, finding) => {
  expect(findingsBy(helm)).toEqual([expect.stringContaining(finding)]);
});

interface Workload {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly object[] } } };
}

/** Everything that is declared, with the pods of cert-manager's controller changed. */
function withPods(change: (pod: Workload['spec']['template']['spec']) => object): object[] {
  return declared.map((each) => {
    const { kind, metadata, spec } = each as Manifest;
    if (kind !== 'Deployment' || metadata.name !== 'cert-manager') return each;
    const { template, ...rest } = spec as Workload['spec'];
    return { ...each, spec: { ...rest, template: { ...template, spec: change(template.spec) } } };
  });
}

const without = (name: string) =>
  declared.filter((each) => {
    const { kind, metadata } = each as Manifest;
    return `${kind}/${metadata.name}` !== name;
  });

const configMap = (metadata: object, data = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data });

test.each<[string, readonly object[], string]>([
  [
    'a hook',
    [...declared, configMap({ name: 'x', annotations: { 'helm.sh/hook': 'pre-install' } })],
    "certificates ConfigMap/x: It is a hook of Helm, pre-install, and plain manifests have none. Change the release's values, or let whoever delivers install charts: releases: 'installed'.",
  ],
  [
    'an object outside its compartment',
    [...declared, configMap({ name: 'x', namespace: 'kube-system' })],
    'kube-system ConfigMap/x: Its chart puts it outside certificates, the namespace of its compartment.',
  ],
  [
    'an object that the compartment has itself',
    [...declared, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }],
    'certificates ServiceAccount/default: The compartment has such an object of its own.',
  ],
  [
    'a CRD that its release does not declare',
    [...declared, crd('example.com/Widget')],
    'The chart of cert-manager brings example.com/Widget. Add it to its "kinds".',
  ],
  [
    'no CRD that its release declares',
    without('CustomResourceDefinition/orders.acme.cert-manager.io'),
    'The chart of cert-manager does not bring acme.cert-manager.io/Order. Remove it from its "kinds".',
  ],
  [
    'a workload that its release does not declare',
    [...declared, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'more' }, spec: { ports: [{ port: 1 }] } }],
    'certificates Service/more: The release cert-manager runs it and does not declare it. Add it to its "runs".',
  ],
  [
    'nothing of what its release declares',
    without('Service/cert-manager'),
    'certificates Service/cert-manager: The release cert-manager declares it, and its chart does not render it. Remove it from its "runs".',
  ],
  [
    'another priority',
    withPods((pod) => ({ ...pod, priorityClassName: 'system-node-critical' })),
    'certificates Deployment/cert-manager spec.template.spec.priorityClassName: The chart makes it "system-node-critical", and the release cert-manager declares "bulkhead-certificates-800000". Declare what the chart makes, or set the value that changes it.',
  ],
])('a chart that renders %s is a finding', (_, objects, finding) => {
  expect(findingsBy(printing(textOf(objects)).helm)).toEqual([expect.stringContaining(finding)]);
});

test.each<[string, readonly object[], RegExp]>([
  [
    'a field that no server knows',
    [...declared, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, dat: {} }],
    /ConfigMap\/x dat: Unknown key/,
  ],
  [
    'a container with more rights than the compartment has',
    withPods(({ containers, ...pod }) => ({
      ...pod,
      containers: containers.map((each) => ({ ...each, securityContext: {} })),
    })),
    /certificates Deployment\/cert-manager: .*capabilities/,
  ],
])('what a chart renders is judged like our own: %s stops the environment', (_, objects, finding) => {
  expect(findingsBy(printing(textOf(objects)).helm)).toEqual(expect.arrayContaining([expect.stringMatching(finding)]));
});
