import type { Manifest } from '../../constructs/manifest';
import { at, fieldsOf } from '../../policies/isolation/json';
import { nameObject } from '../../policies/rule';
import type { PreflightCheck } from './situation';

const SELECTING = /^apps\/v1\/(Deployment|StatefulSet|DaemonSet)$/;

/** A changed selector can only be had by deleting the workload first, which cuts off whoever calls it. */
export const noWorkloadIsMadeAnew: PreflightCheck = {
  id: 'no-workload-is-made-anew',
  *check({ plan, cluster }) {
    for (const { name, manifests } of plan.compartments) {
      for (const { manifest } of manifests) {
        if (!SELECTING.test(`${manifest.apiVersion}/${manifest.kind}`)) continue;
        const running = cluster.find(manifest);
        const [before, after] = [running && selectorOf(running), selectorOf(manifest)];
        if (before === undefined || before === after) continue;
        const problem = `Its selector changes from ${before} to ${after}, so it would be deleted and made anew, with an outage in between.`;
        const fix = 'Deploy it under another name first, move its callers, then remove the old one.';
        yield { object: nameObject(manifest), path: 'spec.selector', problem, fix, stops: true, compartment: name };
      }
    }
  },
};

function selectorOf({ spec }: Manifest): string {
  return Object.entries(fieldsOf(at(spec, 'selector', 'matchLabels')))
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',');
}
