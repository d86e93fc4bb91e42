import type { Service } from 'kubernetes-types/core/v1';
import type { ContentManifest } from '../contents';
import { LABEL } from '../labels';
import type { Manifest } from '../manifest';
import type { IstioVersion } from './istio-versions';
import { ISTIOD_SERVICE_PORTS, istiodSelector } from './istiod';
import { MESH, revisionOf } from './revision';
import { injector, WILLING, WITHOUT_REVISION } from './webhooks';

/** The label that makes an object a revision tag for control planes and for Istio's own tools. */
const TAG_LABEL = 'istio.io/tag';

/**
 * Has the control plane of `version` inject the new pods of every namespace that is bound to `tag`. Of namespaces alone: a pod
 * cannot ask for itself, so nothing outside the meshed compartments ever waits for this webhook.
 */
export function tagInjector(tag: string, version: IstioVersion): Manifest {
  return injector({
    metadata: { name: `istio-revision-tag-${tag}`, labels: { app: 'sidecar-injector', ...tagLabels(tag, version) } },
    version,
    selectors: {
      namespace: {
        namespaces: [{ key: LABEL.revision, operator: 'In', values: [tag] }, WITHOUT_REVISION],
        pods: [WILLING],
      },
    },
  });
}

/** The control plane of `version` under the name of `tag`. */
export function tagService(tag: string, version: IstioVersion): ContentManifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: `istiod-revision-tag-${tag}`,
      namespace: MESH,
      labels: { app: 'istiod', ...tagLabels(tag, version) },
    },
    spec: { type: 'ClusterIP', selector: istiodSelector(version), ports: [...ISTIOD_SERVICE_PORTS] },
  } satisfies Service;
}

/** A control plane writes its certificate into the webhooks that carry its revision. */
function tagLabels(tag: string, version: IstioVersion): Record<string, string> {
  return { [LABEL.revision]: revisionOf(version), [TAG_LABEL]: tag };
}
