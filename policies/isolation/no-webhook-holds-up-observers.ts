import type { Invariant } from './invariant';
import { type Inventory, observes } from './inventory';
import { type Fields, fieldsOf } from './json';
import { selects } from './selector';
import { asksAboutPods, type Webhook, webhooksOf } from './webhooks';

interface Candidate {
  readonly name: string;
  readonly labels: Fields;
  /** Labels of the pods that may be asked about. One without any stands for what others put there. */
  readonly pods: readonly Fields[];
}

/** No webhook whose failure refuses pods is asked about observers, nor about Kubernetes' own. */
export const noWebhookHoldsUpObservers: Invariant = {
  id: 'no-webhook-holds-up-observers',
  why: 'The mesh is down, and the logs that would say why are missing: no agent can start before the injector answers.',
  how: 'The selectors of every webhook with failurePolicy Fail that is asked about pods, against the namespaces of logging and telemetry, their pods, and kube-system.',
  *check(inventory) {
    const candidates = candidatesOf(inventory);
    for (const webhook of webhooksOf(inventory)) {
      if (webhook.fields.failurePolicy === 'Ignore' || !asksAboutPods(webhook)) continue;
      const held = candidates.filter((candidate) => holdsUp(webhook, candidate)).map(({ name }) => name);
      if (held.length === 0) continue;
      const problem = `Its failure refuses the pods of ${held.join(', ')}.`;
      const fix = 'Exclude them by its namespaceSelector.';
      yield { manifest: webhook.manifest, path: webhook.path, problem, fix };
    }
  },
};

function candidatesOf(inventory: Inventory): Candidate[] {
  const observing = inventory.namespacesOn(observes).map((name) => ({
    name,
    labels: { ...fieldsOf(inventory.namespaces.get(name)?.metadata.labels), 'kubernetes.io/metadata.name': name },
    pods: inventory.observers
      .filter(({ manifest }) => manifest.metadata.namespace === name)
      .map(({ labels }) => labels),
  }));
  const system = { name: 'kube-system', labels: { 'kubernetes.io/metadata.name': 'kube-system' }, pods: [] };
  return [...observing, system].map((candidate) => ({ ...candidate, pods: [...candidate.pods, {}] }));
}

function holdsUp({ fields }: Webhook, { labels, pods }: Candidate): boolean {
  return selects(fields.namespaceSelector, labels) && pods.some((pod) => selects(fields.objectSelector, pod));
}
