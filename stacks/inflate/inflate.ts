import type { Environment } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import type { Finding } from '../../policies/finding';
import { nameObject } from '../../policies/rule';
import { judge } from '../judge';
import { kindOf } from '../kind-order';
import { applyRank, isClusterScoped } from '../kinds';
import type { LoadedEnvironment } from '../load/environments';
import type { Plan, PlannedCompartment, PlannedManifest, PlannedRelease } from '../planned';
import type { Rendering } from '../render';
import { today } from '../today';
import { heldToRuns } from './held-to-runs';
import { type Helm, helmFailure, helmOnPath } from './helm';
import { hookOf, inflateChart } from './inflate-chart';
import { vendoredChart } from './vendored-chart';

/** Where charts are taken from, and what renders them. */
export interface Charts {
  /** The folder of vendored charts. */
  readonly folder: string;
  readonly helm: Helm;
  /** The day, `2027-01-31`, by which exemptions expire. */
  readonly today: string;
}

/** The charts vendored in `folder`, rendered by the helm on the PATH. */
export function chartsIn(folder = 'charts'): Charts {
  return { folder, helm: helmOnPath, today: today() };
}

type ChartRelease = PlannedRelease & { readonly what: Extract<PlannedRelease['what'], { chart: unknown }> };

/**
 * The last step of rendering where an environment wants its charts inflated: each becomes the manifests that it renders, in its
 * compartment's boundary, and all of them are judged like our own. Whatever is wrong stops the environment.
 *
 * It runs helm, so only the edge takes it; elsewhere releases stay releases, known by what they declare.
 */
export function inflate(loaded: LoadedEnvironment, rendering: Rendering, charts: Charts): Rendering {
  const { environment, plan, undelivered, held } = rendering;
  if (!environment || !plan || !undelivered || environment.releases !== 'inflated') return rendering;
  const work = new Inflating(loaded.file, environment, charts);
  const inflated = { plan: work.inflate(plan, 'gone'), undelivered: work.inflate(undelivered, 'kept') };
  const stop = (findings: readonly Finding[]): Rendering => ({
    ...rendering,
    ...{ plan: undefined, undelivered: undefined, proof: undefined, findings: [...rendering.findings, ...findings] },
  });
  if (work.findings.length > 0) return stop(work.findings);
  const { findings, proof, waived } = judge(inflated, environment, { today: charts.today, held });
  return findings.length > 0 ? stop(findings) : { ...rendering, ...inflated, proof, waived };
}

/** Renders each chart once, and collects what is wrong with them. */
class Inflating {
  readonly findings: Finding[] = [];
  private readonly rendered = new Map<string, readonly Manifest[]>();

  constructor(
    private readonly file: string,
    private readonly environment: Environment,
    private readonly charts: Charts,
  ) {}

  /** @param releases whether those of charts stay, with what is made of them later, or nothing of them does */
  inflate(plan: Plan, releases: 'kept' | 'gone'): Plan {
    return { ...plan, compartments: plan.compartments.map((each) => this.inflateCompartment(each, releases)) };
  }

  private inflateCompartment(compartment: PlannedCompartment, fate: 'kept' | 'gone'): PlannedCompartment {
    const releases = compartment.releases.filter(isChart);
    if (releases.length === 0) return compartment;
    const objects = releases.flatMap((release) =>
      this.manifestsOf(release, compartment).map(
        (manifest): PlannedManifest => ({ manifest, half: 'boundary', source: release.source }),
      ),
    );
    const made = new Set(objects.map(({ manifest }) => nameObject(manifest)));
    const left = (release: PlannedRelease) => ({
      ...release,
      runs: release.runs.filter((run) => !made.has(nameObject(run))),
    });
    const boundary = compartment.manifests.filter(({ half }) => half === 'boundary');
    const contents = compartment.manifests.filter(({ half }) => half === 'contents');
    return {
      ...compartment,
      releases: compartment.releases.filter((each) => fate === 'kept' || !isChart(each)).map(left),
      manifests: [...boundary, ...objects.toSorted(byRank), ...contents],
    };
  }

  private manifestsOf(release: ChartRelease, compartment: PlannedCompartment): readonly Manifest[] {
    const known = this.rendered.get(release.source);
    if (known) return known;
    const manifests = this.render(release, compartment);
    this.rendered.set(release.source, manifests);
    return manifests;
  }

  private render(release: ChartRelease, compartment: PlannedCompartment): readonly Manifest[] {
    const { namespace = compartment.name } = compartment;
    const { chart, values } = release.what;
    const vendored = vendoredChart(this.charts.folder, chart);
    if ('finding' in vendored) return this.refuse(vendored.finding);
    const { file } = vendored;
    const { kubernetes } = this.environment;
    const toInflate = {
      release: release.name,
      namespace,
      file,
      values,
      kubernetes,
      bringsKinds: release.kinds.length > 0,
    };
    const inflated = this.attempt(file, () => inflateChart(toInflate, this.charts.helm));
    const manifests = inflated.map((manifest) => this.placed(manifest, namespace));
    if (manifests.length === 0) return [];
    this.findings.push(
      ...manifests.flatMap((manifest) => this.objectFindings(manifest, compartment)),
      ...heldToRuns(release, manifests),
      ...this.kindFindings(release, manifests),
    );
    return manifests;
  }

  private attempt(file: string, work: () => ReturnType<typeof inflateChart>): readonly Manifest[] {
    try {
      const inflated = work();
      if ('manifests' in inflated) return inflated.manifests;
      return this.refuse(found(file, inflated.problem, INSTALL));
    } catch (error) {
      const failure = helmFailure(error);
      if (failure !== 'missing') {
        const fix = "Correct the release's values, or take another version of the chart.";
        return this.refuse(found(file, `helm template fails: ${failure.said}.`, fix));
      }
      const problem = 'Charts are to be inflated, and there is no helm on the PATH.';
      const fix = "Install Helm, or write releases: 'installed'.";
      return this.refuse({ ...found(this.file, problem, fix), path: 'releases' });
    }
  }

  /** Told once, however many charts it stops. */
  private refuse(finding: Finding): readonly Manifest[] {
    const isTold = this.findings.some(({ object, path }) => object === finding.object && path === finding.path);
    if (!isTold) this.findings.push(finding);
    return [];
  }

  /** Helm would put what names no namespace into the release's. CRDs outlive whatever delivers them, and whoever switches it. */
  private placed(manifest: Manifest, namespace: string): Manifest {
    const { name, namespace: own = namespace, annotations, ...rest } = manifest.metadata;
    const kept =
      manifest.kind === CRD ? { ...annotations, ...NEVER_PRUNED[this.environment.delivery.kind] } : annotations;
    const metadata = {
      name,
      ...(isClusterScoped(manifest) ? {} : { namespace: own }),
      ...(kept ? { annotations: kept } : {}),
      ...rest,
    };
    return { ...manifest, metadata };
  }

  private objectFindings(manifest: Manifest, { namespace, manifests }: PlannedCompartment): Finding[] {
    const object = nameObject(manifest);
    const hook = hookOf(manifest);
    const isTwice = manifests.some(
      (own) => nameObject(own.manifest) === object && kindOf(own.manifest) === kindOf(manifest),
    );
    const { namespace: place } = manifest.metadata;
    return [
      ...(hook === undefined
        ? []
        : [found(object, `It is a hook of Helm, ${hook}, and plain manifests have none.`, INSTALL)]),
      ...(isTwice ? [found(object, 'The compartment has such an object of its own.', INSTALL)] : []),
      ...(place === undefined || place === namespace
        ? []
        : [found(object, `Its chart puts it outside ${namespace}, the namespace of its compartment.`, INSTALL)]),
    ];
  }

  private kindFindings({ name, source, kinds }: PlannedRelease, manifests: readonly Manifest[]): Finding[] {
    const brought = manifests.flatMap((manifest) => definedBy(manifest) ?? []);
    const undeclared = brought.filter((kind) => !kinds.includes(kind));
    const absent = kinds.filter((kind) => !brought.includes(kind));
    return [
      ...undeclared.map((kind) => found(source, `The chart of ${name} brings ${kind}.`, 'Add it to its "kinds".')),
      ...absent.map((kind) =>
        found(source, `The chart of ${name} does not bring ${kind}.`, 'Remove it from its "kinds".'),
      ),
    ];
  }
}

const CRD = 'CustomResourceDefinition';

/** With a CRD every object of its kind would go. */
const NEVER_PRUNED: Readonly<Record<Environment['delivery']['kind'], Readonly<Record<string, string>>>> = {
  flux: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
  argocd: { 'argocd.argoproj.io/sync-options': 'Prune=false' },
  none: {},
};

/** Where a chart cannot be had as plain manifests. */
const INSTALL = "Change the release's values, or let whoever delivers install charts: releases: 'installed'.";

function isChart(release: PlannedRelease): release is ChartRelease {
  return 'chart' in release.what;
}

/** The kind, `<group>/<Kind>`, that a CRD defines. */
function definedBy({ kind, spec }: Manifest): string | undefined {
  if (kind !== CRD) return undefined;
  const { group, names } = spec as { readonly group: string; readonly names: { readonly kind: string } };
  return `${group}/${names.kind}`;
}

function byRank(a: PlannedManifest, b: PlannedManifest): number {
  return rankOf(a) - rankOf(b) || (nameObject(a.manifest) < nameObject(b.manifest) ? -1 : 1);
}

function rankOf({ manifest }: PlannedManifest): number {
  return applyRank('boundary', manifest.kind);
}

function found(object: string, problem: string, fix: string): Finding {
  return { rule: 'charts-can-be-inflated', object, path: '', problem, fix, compartment: undefined };
}
