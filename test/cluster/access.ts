import type { Client, Identity } from './client';

/** Whose rights are asked for. */
export type Subject = Identity;

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

/** Verbs that are no requests but powers over these resources: to act as one, to give one away, to write more into one. */
const POWERS: Readonly<Record<string, readonly string[]>> = {
  serviceaccounts: ['impersonate'],
  roles: ['bind', 'escalate'],
  clusterroles: ['bind', 'escalate'],
};

interface Resource {
  readonly group: string;
  /** Subresources by `pods/exec`. */
  readonly name: string;
  readonly namespaced: boolean;
}

/**
 * What a subject may do, a line per resource: asked of the real authorizer for every verb on every resource and subresource
 * that the server serves, in each of the namespaces and, for what has none, in the cluster.
 */
export async function accessTable(client: Client, subject: Subject, namespaces: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const resource of await resourcesOf(client)) {
    for (const namespace of resource.namespaced ? namespaces : [undefined]) {
      const verbs = [...VERBS, ...(POWERS[resource.name] ?? [])];
      const answers = await Promise.all(verbs.map((verb) => mayDo(client, subject, verb, resource, namespace)));
      const allowed = verbs.filter((_, index) => answers[index]);
      const name = resource.group ? `${resource.name}.${resource.group}` : resource.name;
      if (allowed.length > 0) lines.push(`${namespace ?? 'cluster'} ${name}: ${allowed.join(' ')}`);
    }
  }
  return lines.sort();
}

async function mayDo(
  client: Client,
  subject: Subject,
  verb: string,
  resource: Resource,
  namespace?: string,
): Promise<boolean> {
  const [name, subresource] = resource.name.split('/');
  const review = await client.create<{ status: { allowed: boolean } }>({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    ...{
      spec: {
        user: subject.user,
        groups: groupsOf(subject),
        resourceAttributes: { verb, group: resource.group, resource: name, subresource, namespace },
      },
    },
  });
  return review.status.allowed;
}

/** A review knows only the groups that it is told; a request of a service account carries these. */
function groupsOf({ user, groups }: Subject): readonly string[] {
  const account = user.match(/^system:serviceaccount:([^:]+):/);
  return groups ?? ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${account?.[1]}`];
}

interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly namespaced: boolean }[];
}

async function resourcesOf(client: Client): Promise<Resource[]> {
  const { groups } = await client.request<{ groups: { name: string; preferredVersion: { groupVersion: string } }[] }>(
    'GET',
    '/apis',
  );
  const paths = [
    ['', '/api/v1'],
    ...groups.map(({ name, preferredVersion }) => [name, `/apis/${preferredVersion.groupVersion}`]),
  ];
  const lists = await Promise.all(
    paths.map(async ([group = '', path = '']) => {
      const { resources } = await client.request<ResourceList>('GET', path);
      return resources.map(({ name, namespaced }) => ({ group, name, namespaced }));
    }),
  );
  return lists.flat();
}
