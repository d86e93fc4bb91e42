import { Construct, type IConstruct } from 'constructs';
import type { Compartment } from './compartment';
import type { Manifest } from './manifest';

/** A value of a chart, as YAML can say it. */
export type ChartValue = string | number | boolean | readonly ChartValue[] | { readonly [key: string]: ChartValue };

/** A Helm chart at a pinned version. */
export interface Chart {
  /** Where charts are published: an `https://` index, or an `oci://` path. */
  readonly repository: string;
  readonly name: string;
  readonly version: string;
  /** `sha256:…`, which an OCI repository is held to. @default - the version alone */
  readonly digest?: string | undefined;
}

/** A folder of upstream's own manifests at a pinned version. */
export interface SourceFolder {
  /** Address of the git repository. */
  readonly repository: string;
  readonly tag: string;
  /** A folder with a `kustomization.yaml`, or of plain manifests. */
  readonly path: string;
  /** The one file of that folder which is meant. @default - all of it */
  readonly file?: string | undefined;
}

/** Where a release puts what it runs. */
export interface Place {
  readonly namespace: string;
  /** The PriorityClass that its pods must name. */
  readonly priorityClassName: string;
}

export interface ReleaseProps {
  readonly name: string;
  /** The kinds whose CRDs it brings, `<group>/<Kind>`. What uses them must come after this compartment. @default - none */
  readonly kinds?: readonly string[];
  /**
   * What it will run and does not stand in the tree, as manifests with their final names: workloads, Services, webhooks. Seen
   * by checks alone, which could not judge it otherwise. @default - nothing
   */
  readonly runs?: readonly Manifest[];
}

const RELEASE = Symbol.for('bulkhead.Release');

/**
 * Upstream software at a pinned version, installed as a whole into its compartment's namespace. It creates no manifest: an
 * output lowers it to what its tool knows (a HelmRelease, an Application, a Pulumi chart).
 */
export abstract class Release extends Construct {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly runs: readonly Manifest[];

  /** Whether `construct` is a release; also true for one of another copy of this package. */
  static isRelease(construct: IConstruct): construct is AnyRelease {
    return RELEASE in construct;
  }

  constructor(compartment: Compartment, { name, kinds = [], runs = [] }: ReleaseProps) {
    super(compartment, `Release.${name}`);
    Object.defineProperty(this, RELEASE, { value: true });
    this.name = name;
    this.kinds = kinds;
    this.runs = runs;
  }

  /** Installed after `others` of the same compartment stand. */
  after(...others: Release[]): this {
    this.node.addDependency(...others);
    return this;
  }
}

export interface ChartReleaseProps extends ReleaseProps {
  readonly chart: Chart;
  /** Only what differs from the chart's own. */
  readonly values: Readonly<Record<string, ChartValue>>;
}

/** An upstream Helm chart. Says nothing of what the chart renders beyond its `values`: `runs` declares what checks must know. */
export class ChartRelease extends Release {
  readonly chart: Chart;
  readonly values: Readonly<Record<string, ChartValue>>;

  constructor(compartment: Compartment, props: ChartReleaseProps) {
    super(compartment, props);
    this.chart = props.chart;
    this.values = props.values;
  }
}

export interface ManifestReleaseProps extends ReleaseProps {
  readonly source: SourceFolder;
}

/** Upstream's own manifests, such as a bundle of CRDs for which there is no chart. They are never pruned. */
export class ManifestRelease extends Release {
  readonly source: SourceFolder;

  constructor(compartment: Compartment, props: ManifestReleaseProps) {
    super(compartment, props);
    this.source = props.source;
  }
}

export type AnyRelease = ChartRelease | ManifestRelease;
