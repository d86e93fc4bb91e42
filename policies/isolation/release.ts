import type { Manifest } from '../manifest';
import { at, type Fields, fieldsOf, listOf, textOf } from './json';

/** What Flux or Argo CD install: a chart with its values. */
export interface Release {
  readonly manifest: Manifest;
  /** Name of the chart; `''`: it is no chart, or named elsewhere. */
  readonly chart: string;
  readonly values: Fields;
  /** Where the values lie in the manifest. */
  readonly path: string;
}

/** Reads a HelmRelease, or an Application of a chart; `undefined`: it is neither. */
export function releaseOf(manifest: Manifest): Release | undefined {
  if (manifest.kind === 'HelmRelease' && manifest.apiVersion.startsWith('helm.toolkit.fluxcd.io/')) {
    const chart = textOf(at(manifest, 'spec', 'chart', 'spec', 'chart'));
    return { manifest, chart, values: fieldsOf(at(manifest, 'spec', 'values')), path: 'spec.values' };
  }
  if (manifest.kind !== 'Application' || !manifest.apiVersion.startsWith('argoproj.io/')) return undefined;
  const source = at(manifest, 'spec', 'source') ?? listOf(at(manifest, 'spec', 'sources'))[0];
  const chart = textOf(at(source, 'chart'));
  if (chart === '') return undefined;
  const values = fieldsOf(at(source, 'helm', 'valuesObject'));
  return { manifest, chart, values, path: 'spec.source.helm.valuesObject' };
}
