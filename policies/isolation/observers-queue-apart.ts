import type { Manifest } from '../manifest';
import type { Invariant } from './invariant';
import { type Inventory, observes } from './inventory';
import { at, listOf, textOf } from './json';
import { serviceAccountOf } from './workload';

const GROUP = 'flowcontrol.apiserver.k8s.io';

/** The catch-all for service accounts comes here: a later schema is never asked. */
const CATCH_ALL = 9000;

/** Whoever observes and asks the API server waits in a queue that holds up nobody else. */
export const observersQueueApart: Invariant = {
  id: 'observers-queue-apart',
  why: 'Agents that restart on every node list all pods at once, and nobody can deploy until they are done.',
  how: 'Service accounts on the planes logging and telemetry that have a token or a role match a FlowSchema (v1, before 9000) whose level is Limited and bounds what it borrows.',
  *check(inventory) {
    const schemas = inventory.of(GROUP, 'FlowSchema');
    for (const { namespace, name, manifest } of askingAccounts(inventory)) {
      const own = schemas.filter((schema) => matches(schema, namespace, name));
      const fix = 'Give its compartment a FlowSchema of its plane.';
      const exempt = own.find((schema) => levelOf(schema) === 'exempt');
      if (exempt)
        yield { manifest: exempt, path: 'spec', problem: `It lets ${namespace}/${name} past every queue.`, fix };
      if (own.some((schema) => isApart(schema, inventory))) continue;
      const problem = `Its account ${namespace}/${name} asks the API server, and no FlowSchema keeps it apart.`;
      yield { manifest, path: '', problem, fix };
    }
  },
};

interface Account {
  readonly namespace: string;
  readonly name: string;
  /** What shows that it asks. */
  readonly manifest: Manifest;
}

function askingAccounts(inventory: Inventory): Account[] {
  const mounting = inventory.observers
    .filter((workload) => workload.pod.automountServiceAccountToken === true)
    .map((workload) => ({
      namespace: workload.manifest.metadata.namespace ?? '',
      name: serviceAccountOf(workload),
      manifest: workload.manifest,
    }));
  const bound = inventory.grants.flatMap(({ binding, subjects }) =>
    subjects
      .filter(({ kind, namespace }) => kind === 'ServiceAccount' && observes(inventory.planeNamed(namespace)))
      .map(({ namespace, name }) => ({ namespace, name, manifest: binding })),
  );
  const accounts = [...mounting, ...bound];
  return [...new Map(accounts.map((account) => [`${account.namespace}/${account.name}`, account])).values()];
}

function matches({ spec }: Manifest, namespace: string, name: string): boolean {
  const subjects = listOf(at(spec, 'rules')).flatMap((rule) => listOf(at(rule, 'subjects')));
  return subjects.some((subject) => {
    const account = at(subject, 'serviceAccount');
    return at(account, 'namespace') === namespace && ['*', name].includes(textOf(at(account, 'name')));
  });
}

function levelOf({ spec }: Manifest): string {
  return textOf(at(spec, 'priorityLevelConfiguration', 'name'));
}

function isApart(schema: Manifest, inventory: Inventory): boolean {
  const level = inventory
    .of(GROUP, 'PriorityLevelConfiguration')
    .find(({ metadata }) => metadata.name === levelOf(schema));
  const precedence = at(schema, 'spec', 'matchingPrecedence');
  return (
    schema.apiVersion === `${GROUP}/v1` &&
    typeof precedence === 'number' &&
    precedence < CATCH_ALL &&
    at(level, 'spec', 'type') === 'Limited' &&
    at(level, 'spec', 'limited', 'borrowingLimitPercent') !== undefined
  );
}
