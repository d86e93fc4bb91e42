import type { Invariant } from './invariant';
import { observes } from './inventory';
import { at, fieldsOf, textOf } from './json';
import { asksAboutGroups, type Webhook, webhooksOf } from './webhooks';

/** Groups of what apps consist of. */
const CORE_GROUPS = ['', 'apps', 'batch', 'autoscaling', 'policy', 'networking.k8s.io', 'gateway.networking.k8s.io'];

/** Seconds that a webhook which may be dead holds up a request: two pods a second can still start. */
const LONGEST_WAIT = 2;

/** No webhook that an observer serves stands between an app and the API server. */
export const observersAdmitNothing: Invariant = {
  id: 'observers-admit-nothing',
  why: 'The telemetry operator is down, and each new app pod waits ten seconds for it, or never starts.',
  how: 'A webhook served from the planes logging or telemetry and asked about core kinds has failurePolicy Ignore, timeoutSeconds of at most 2 and a namespaceSelector.',
  *check(inventory) {
    for (const webhook of webhooksOf(inventory)) {
      const server = textOf(at(webhook.fields, 'clientConfig', 'service', 'namespace'));
      if (!observes(inventory.planeNamed(server)) || !asksAboutGroups(webhook, CORE_GROUPS)) continue;
      const faults = faultsOf(webhook);
      if (faults.length === 0) continue;
      const problem = `${server}, which only observes, is asked about what apps consist of: ${faults.join(', ')}.`;
      yield { manifest: webhook.manifest, path: webhook.path, problem, fix: 'Leave this webhook out.' };
    }
  },
};

function faultsOf({ fields }: Webhook): string[] {
  const { failurePolicy, timeoutSeconds, namespaceSelector } = fields;
  const faults: readonly [fault: string, found: boolean][] = [
    ['its failure refuses them', failurePolicy !== 'Ignore'],
    ['its silence holds them up', typeof timeoutSeconds !== 'number' || timeoutSeconds > LONGEST_WAIT],
    ['in every namespace', Object.keys(fieldsOf(namespaceSelector)).length === 0],
  ];
  return faults.flatMap(([fault, found]) => (found ? [fault] : []));
}
