import { Construct } from 'constructs';
import { isPersistent } from './app/disk-spec';
import { OPEN_IMAGE } from './app/image-spec';
import { type Workload, type WorkloadInput, workloadSchema } from './app-spec';
import type { Compartment } from './compartment';
import { CompartmentRoot } from './compartment-root';
import { type AppEnd, appEnd } from './end';
import { environmentOf } from './environment';
import { missingImage, withImage } from './images';
import { parseInput } from './input/read-input';
import { mainPart, type Part } from './labels';
import { egressWays, notAllowed } from './outside/egress';
import { oneWayEach } from './outside/one-way-each';
import { Passage } from './passage';
import { unfit, waysOut } from './provisioners/provision';
import { Resource } from './provisioners/resource';
import { canary, ROLLOUTS } from './rollouts/canary';
import { unfitIn } from './rollouts/rollout-problems';
import { type Shifting, strategyOf } from './rollouts/strategy';
import { deployment } from './workload/deployment';
import { claims } from './workload/disk';
import { disruptionBudget } from './workload/disruption-budget';
import { fileConfigMaps } from './workload/files';
import { horizontalPodAutoscaler } from './workload/horizontal-pod-autoscaler';
import { job } from './workload/job';
import { workerOf } from './workload/parts';
import { podTemplate } from './workload/pod';
import { type Exposure, route } from './workload/route';
import { service } from './workload/service';
import { statefulSet } from './workload/stateful-set';

/**
 * Completes an app that is written in code. It says nothing of who may talk to whom: that is what a `Passage` is for, or a
 * `Tenant`, which declares them from what its apps say.
 * @throws {ProblemsError} when something is not valid; the message lists every problem with its path
 */
export function defineApp(input: WorkloadInput): Workload {
  return parseInput(workloadSchema, input, `app ${input.name}`);
}

/**
 * One app of a compartment. Creates its identity in the boundary and, in the contents, its Deployment, autoscaler,
 * disruption budget and, if it has a port, its Service; the route of its hostname, if it is exposed; or, in place of these two,
 * a Canary of which Flagger makes them. Likewise what runs of it beside: its workers and its jobs. With a disk that stays it is a StatefulSet of one replica, with its claims.
 *
 * A rollout of it drops no request as long as the image serves once it is ready and, told to stop, finishes within its
 * `timeout`; but with a disk that stays, which has one writer. It opens the ways to what it uses and reaches outside, and no other: nobody reaches
 * it before a passage says so.
 */
export class App extends Construct {
  /** What it runs as, with the image that the environment names if it leaves that open. */
  readonly workload: Workload;

  constructor(
    readonly compartment: Compartment,
    written: Workload,
    /** Where its clients from outside arrive. @default - nowhere: it has no hostname */
    exposure?: Exposure,
  ) {
    super(compartment, written.name);
    const workload = withImage(written, compartment.name, environmentOf(this));
    this.workload = workload;
    if (workload.image === OPEN_IMAGE) {
      const { problem, fix } = missingImage(compartment.name, workload);
      this.node.addValidation({ validate: () => [`${problem} ${fix}`] });
    }
    compartment.addIdentity(workload.name);
    for (const manifest of fileConfigMaps(workload, compartment.namespace)) compartment.addContents(manifest, this);
    if (isPersistent(workload)) this.keepOnDisk();
    else this.keepRunning(mainPart(workload.name), workload);
    const strategy = strategyOf(workload, exposure !== undefined, environmentOf(this));
    if (strategy === 'rolling') this.lead(exposure);
    else this.shift(strategy, exposure);
    for (const [name, worker] of Object.entries(workload.workers)) {
      const { part, runs } = workerOf(workload, name, worker);
      this.keepRunning(part, runs);
    }
    for (const [name, spec] of Object.entries(workload.jobs)) {
      compartment.addContents(job(workload, name, spec, compartment), this);
    }
    this.openWaysOut();
  }

  /** This app as an end of a passage. */
  get end(): AppEnd {
    return appEnd(this.compartment, this.workload.name);
  }

  /** Leads its clients to it, from within and from outside. */
  private lead(exposure: Exposure | undefined): void {
    const { compartment, workload } = this;
    if (workload.port === undefined) return;
    compartment.addContents(service(workload, workload.port, compartment.namespace), this);
    if (exposure) compartment.addContents(route(workload, workload.port, exposure, compartment.namespace), this);
  }

  /** Only whoever has a Canary waits for Flagger's compartment, which brings its kind. */
  private shift(strategy: Shifting, exposure: Exposure | undefined): void {
    const { compartment, workload } = this;
    const rollouts = this.node.root.node.tryFindChild(ROLLOUTS);
    if (exposure && workload.port !== undefined && rollouts && CompartmentRoot.isCompartmentRoot(rollouts)) {
      compartment.addContents(canary(workload, workload.port, strategy, exposure, compartment.namespace), this);
      compartment.after(rollouts);
      return;
    }
    const { problem, fix } = unfitIn(workload, environmentOf(this)) ?? NOT_EXPOSED;
    this.node.addValidation({ validate: () => [`${problem} ${fix}`] });
  }

  /** Leads it to what it uses, and to whom it reaches outside. */
  private openWaysOut(): void {
    const { uses, egress } = this.workload;
    const environment = environmentOf(this);
    const ways = [...waysOut(this.workload, this.compartment, environment), ...egressWays(egress, environment)];
    for (const way of oneWayEach(ways)) new Passage(this, { from: this.end, ...way });
    for (const [name, use] of Object.entries(uses)) {
      const missing = unfit(this.workload.name, name, use, environment);
      if (missing)
        this.node.addValidation({
          validate: () => [`uses.${[name, ...(missing.path ?? [])].join('.')}: ${missing.problem} ${missing.fix}`],
        });
      else Resource.provide(this.compartment, this.workload, name, use);
    }
    for (const address of Object.keys(egress)) {
      const forbidden = notAllowed(address, environment);
      if (forbidden) this.node.addValidation({ validate: () => [`egress: ${forbidden.problem} ${forbidden.fix}`] });
    }
  }

  private keepRunning(part: Part, runs: Workload): void {
    const { compartment } = this;
    const scale = runs.scale ?? environmentOf(this).scale;
    compartment.addContents(deployment(runs, part, compartment), this);
    compartment.addContents(horizontalPodAutoscaler(part, scale, compartment.namespace), this);
    compartment.addContents(disruptionBudget(part, compartment.namespace), this);
  }

  private keepOnDisk(): void {
    const { compartment, workload } = this;
    const part = mainPart(workload.name);
    const { storageClass } = environmentOf(this);
    for (const claim of claims(workload, storageClass, compartment.namespace)) compartment.addContents(claim, this);
    compartment.addContents(statefulSet(part, compartment, podTemplate(workload, part, compartment)), this);
    compartment.addContents(disruptionBudget(part, compartment.namespace), this);
  }
}

const NOT_EXPOSED = {
  problem: 'Requests are moved at the edge, and this app has no hostname there.',
  fix: 'Give it an exposure, or leave rollout out.',
};
