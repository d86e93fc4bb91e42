import { CONFIG_MAPS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const bytesAreNotTracked: CelRule = {
  id: 'bytes-are-not-tracked',
  why: "Flagger's copy of a ConfigMap holds its texts alone: what serves would mount empty files.",
  see: 'https://docs.flagger.app/usage/how-it-works#canary-target',
  level: 'mandatory',
  on: CONFIG_MAPS,
  within: TENANTS,
  holds: `
    object.?binaryData.orValue({}).size() == 0 ||
    object.metadata.?annotations[?'flagger.app/config-tracking'].orValue('') == 'disabled'
  `,
  problem: 'Flagger would copy the ConfigMap without its bytes.',
  fix: 'Name it for its content, and annotate it with "flagger.app/config-tracking: disabled".',
};
