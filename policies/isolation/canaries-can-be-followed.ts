import { unfollowedCanaries } from '../made-by-flagger';
import type { Invariant } from './invariant';
import { at, textOf } from './json';

/** The only provider that is run: what it makes of a Canary is known, and judged with everything else. */
const FOLLOWED = /^(gatewayapi:v1)?$/;

/** What Flagger makes of each Canary is known, and so judged as if it were rendered. */
export const canariesCanBeFollowed: Invariant = {
  id: 'canaries-can-be-followed',
  why: 'Services and routes that nobody foresaw appear beside those that were judged, or the canary waits for ever for what it is to move.',
  how: 'Each Canary names a rendered workload whose selector has a label by which Flagger tells versions apart, and no provider but gatewayapi:v1.',
  *check(inventory) {
    const unfollowed = new Set(unfollowedCanaries(inventory.manifests));
    for (const manifest of inventory.of('flagger.app', 'Canary')) {
      const provider = textOf(at(manifest, 'spec', 'provider'));
      if (!FOLLOWED.test(provider)) {
        const problem = `Nobody can say what Flagger makes for "${provider}".`;
        yield { manifest, path: 'spec.provider', problem, fix: 'Leave it out.' };
      }
      if (!unfollowed.has(manifest)) continue;
      const problem =
        'Nothing rendered is what it names, or its selector has none of app, name and app.kubernetes.io/name.';
      yield { manifest, path: 'spec.targetRef', problem, fix: 'Name a Deployment that is rendered beside it.' };
    }
  },
};
