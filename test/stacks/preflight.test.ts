import { Compartment } from '../../constructs/compartment';
import { environmentSchema } from '../../constructs/environment';
import { Platform } from '../../constructs/platform';
import type { Kubectl } from '../../stacks/kubectl';
import { plan } from '../../stacks/plan';
import { preflight } from '../../stacks/preflight';

const environment = environmentSchema.parse({
  ...{ kubernetes: '1.36', domain: 'example.com', apiServer: { cidrs: ['10.0.0.10/32'] } },
});

function newPlan() {
  const platform = new Platform({ environment });
  const shop = new Compartment(platform, 'shop', { plane: 'tenant', owner: 'team' });
  shop.addContents({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { matchLabels: { app: 'web' } } },
  });
  return plan(platform);
}

interface Cluster {
  readonly version?: string;
  readonly namespaces?: readonly object[];
  readonly workloads?: readonly object[];
}

/** A kubectl that answers for a cluster which is as the platform wants it, but for what is said. */
function kubectl({ version = 'v1.36.3', namespaces = [], workloads = [] }: Cluster): Kubectl {
  return ([verb, kinds]) => {
    if (verb === 'version') return JSON.stringify({ serverVersion: { gitVersion: version } });
    return JSON.stringify({ items: kinds === 'namespaces' ? namespaces : workloads });
  };
}

function namespace(name: string, labels = {}) {
  return { kind: 'Namespace', metadata: { name, labels } };
}

function deployment(labels: object) {
  const spec = { selector: { matchLabels: labels } };
  return { kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec };
}

test('nothing speaks against an empty cluster, nor against one that holds this very platform', () => {
  expect(preflight(newPlan(), '1.36', kubectl({}))).toEqual([]);
  const own = { namespaces: [namespace('shop', { 'bulkhead.dev/plane': 'tenant' }), namespace('kube-system')] };
  expect(preflight(newPlan(), '1.36', kubectl({ ...own, workloads: [deployment({ app: 'web' })] }))).toEqual([]);
});

test('a cluster of another minor, a foreign namespace and a workload that would be made anew are each told with advice', () => {
  const cluster = {
    version: 'v1.34.2+vendor',
    namespaces: [namespace('shop')],
    workloads: [deployment({ app: 'web', version: '1' })],
  };
  expect(preflight(newPlan(), '1.36', kubectl(cluster))).toEqual([
    'The cluster runs Kubernetes 1.34, and the environment pins 1.36. Choose the other cluster, or change the environment\'s "kubernetes".',
    'Namespace shop is there already and belongs to somebody else: it has no label bulkhead.dev/plane. Rename the compartment, or add the label if it is yours.',
    'shop Deployment/web: its selector changes from app=web,version=1 to app=web, so it would be deleted and made anew, with an outage in between. Deploy it under another name first, move its callers, then remove the old one.',
  ]);
});

test('an unreachable server and a missing kubectl are one sentence each', () => {
  const fails =
    (error: object): Kubectl =>
    () => {
      throw Object.assign(new Error('failed'), error);
    };
  expect(preflight(newPlan(), '1.36', fails({ stderr: 'E1123 memcache\nThe connection was refused.\n' }))).toEqual([
    'The cluster does not answer: The connection was refused. Set kubernetes:kubeconfig and kubernetes:context, or KUBECONFIG.',
  ]);
  expect(preflight(newPlan(), '1.36', fails({ code: 'ENOENT' }))).toEqual([
    'There is no kubectl on the PATH. Install it: it knows how to reach the cluster. Set kubernetes:kubeconfig and kubernetes:context, or KUBECONFIG.',
  ]);
});
