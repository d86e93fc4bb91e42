import type { Manifest } from '../../../policies/manifest';
import { podTemplate, WORKLOAD_KINDS } from './case';
import { OBJECT_CASES } from './objects';
import { POD_CASES } from './workloads';

/** An object, and what one rule must say of it. */
export interface CorpusCase {
  readonly rule: string;
  readonly verdict: 'good' | 'bad';
  readonly manifest: Manifest;
}

/** Every case; those of pods as every workload kind holds them. */
export const CORPUS: readonly CorpusCase[] = [
  ...Object.entries(POD_CASES).flatMap(([rule, cases]) =>
    (['good', 'bad'] as const).flatMap((verdict) =>
      cases[verdict].flatMap((each) =>
        Object.values(WORKLOAD_KINDS).map((wrap) => ({ rule, verdict, manifest: plain(wrap(podTemplate(each))) })),
      ),
    ),
  ),
  ...Object.entries(OBJECT_CASES).flatMap(([rule, cases]) =>
    (['good', 'bad'] as const).flatMap((verdict) =>
      cases[verdict].map((manifest) => ({ rule, verdict, manifest: plain(manifest) })),
    ),
  ),
];

/** The namespace in which the corpus lives: in every scope but the default namespace's. */
export const NAMESPACE: Manifest = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: 'shop',
    labels: {
      'bulkhead.dev/plane': 'tenant',
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'v1.36',
    },
    annotations: {
      'bulkhead.dev/domain': 'shop.example.com',
      'bulkhead.dev/registries': 'images.example.com/,ghcr.io/shop/',
    },
  },
};

/** As JSON would carry it. */
function plain(manifest: Manifest): Manifest {
  return JSON.parse(JSON.stringify(manifest)) as Manifest;
}
