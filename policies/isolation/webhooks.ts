import type { Manifest } from '../manifest';
import type { Inventory } from './inventory';
import { at, type Fields, fieldsOf, listOf, textsOf } from './json';

/** One webhook that the API server asks before it stores something. */
export interface Webhook {
  readonly manifest: Manifest;
  readonly path: string;
  readonly fields: Fields;
}

/** Every webhook of every configuration. */
export function webhooksOf(inventory: Inventory): Webhook[] {
  return ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].flatMap((kind) =>
    inventory.of('admissionregistration.k8s.io', kind).flatMap((manifest) =>
      listOf(manifest.webhooks).map((webhook, index) => ({
        manifest,
        path: `webhooks[${index}]`,
        fields: fieldsOf(webhook),
      })),
    ),
  );
}

/** Whether a webhook is asked about something of these groups. The core group is `''`. */
export function asksAboutGroups({ fields }: Webhook, groups: readonly string[]): boolean {
  return listOf(fields.rules).some((rule) =>
    textsOf(at(rule, 'apiGroups')).some((group) => group === '*' || groups.includes(group)),
  );
}

/** Whether a webhook is asked about pods. */
export function asksAboutPods({ fields }: Webhook): boolean {
  return listOf(fields.rules).some((rule) => {
    const groups = textsOf(at(rule, 'apiGroups'));
    const resources = textsOf(at(rule, 'resources'));
    return (
      (groups.includes('') || groups.includes('*')) &&
      ['*', '*/*', 'pods', 'pods/*'].some((resource) => resources.includes(resource))
    );
  });
}
