import { boolYaml11Tag, CORE_SCHEMA, floatYaml11Tag, intYaml11Tag, loadAll, mergeTag, YAMLException } from 'js-yaml';
import type { Manifest } from '../../constructs/manifest';
import type { ChartValue } from '../../constructs/release';
import { emitYaml } from '../emit/yaml';
import type { Helm } from './helm';

/** A chart on disk, and what it is to be rendered for. */
export interface ChartToInflate {
  readonly release: string;
  readonly namespace: string;
  /** Path of the archive. */
  readonly file: string;
  readonly values: Readonly<Record<string, ChartValue>>;
  /** The cluster's minor, such as `1.36`. */
  readonly kubernetes: string;
  /** Whether the CRDs beside its templates are meant: another release may bring them. */
  readonly bringsKinds: boolean;
}

/** What a chart renders, or why that is of no use, in a sentence. */
export type Inflated = { readonly manifests: readonly Manifest[] } | { readonly problem: string };

/**
 * What `helm template` makes of a chart: every object that an installation would create, without a cluster.
 * Charts that make keys or names at random are refused: each run would change them.
 */
export function inflateChart(chart: ChartToInflate, helm: Helm): Inflated {
  const [text, again] = [
    helm(argumentsOf(chart), emitYaml(chart.values)),
    helm(argumentsOf(chart), emitYaml(chart.values)),
  ];
  if (text !== again) return { problem: 'It renders differently each time.' };
  try {
    return manifestsIn(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { problem: `It renders what is no YAML: ${error.reason}.` };
  }
}

function manifestsIn(text: string): Inflated {
  const objects = loadAll(text, { schema: YAML, json: true }).flatMap(itemsOf);
  const lame = objects.find((each) => !isManifest(each));
  if (lame !== undefined) return { problem: `It renders what is no object: ${JSON.stringify(lame).slice(0, 80)}.` };
  return { manifests: objects.filter(isManifest).filter((manifest) => !isTest(manifest)) };
}

/** Helm and kubectl read YAML 1.1, in which the mode 0444 is octal; a chart is written for them. */
const YAML = CORE_SCHEMA.withTags(boolYaml11Tag, intYaml11Tag, floatYaml11Tag, mergeTag);

function argumentsOf({ release, namespace, file, kubernetes, bringsKinds }: ChartToInflate): string[] {
  const target = ['--namespace', namespace, '--kube-version', `v${kubernetes}.0`];
  return ['template', release, file, ...target, ...(bringsKinds ? ['--include-crds'] : []), '--values', '-'];
}

/** Templates that render nothing leave empty documents; a List is its items. */
function itemsOf(document: unknown): unknown[] {
  if (document === null || document === undefined) return [];
  const { kind, items } = document as { readonly kind?: unknown; readonly items?: unknown };
  return kind === 'List' && Array.isArray(items) ? items : [document];
}

function isManifest(value: unknown): value is Manifest {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<Manifest>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string';
}

const HOOK = 'helm.sh/hook';

/** What Helm would run at certain moments, which plain manifests cannot. */
export function hookOf({ metadata }: Manifest): string | undefined {
  return metadata.annotations?.[HOOK];
}

/** What `helm test` would run. */
function isTest(manifest: Manifest): boolean {
  return hookOf(manifest)?.startsWith('test') ?? false;
}
