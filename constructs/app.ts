import { Construct } from 'constructs';
import { type Workload, type WorkloadInput, workloadSchema } from './app-spec';
import type { Compartment } from './compartment';
import { type AppEnd, appEnd } from './end';
import { environmentOf } from './environment';
import { parseInput } from './input/read-input';
import { mainPart } from './labels';
import { deployment } from './workload/deployment';
import { disruptionBudget } from './workload/disruption-budget';
import { horizontalPodAutoscaler } from './workload/horizontal-pod-autoscaler';
import { type Exposure, route } from './workload/route';
import { service } from './workload/service';

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
 * disruption budget and, if it has a port, its Service; the route of its hostname, if it is exposed.
 *
 * A rollout of it drops no request as long as the image serves once it is ready and, told to stop, finishes within its
 * `timeout`. It opens no traffic: nobody reaches it before a passage says so.
 */
export class App extends Construct {
  constructor(
    readonly compartment: Compartment,
    readonly workload: Workload,
    /** Where its clients from outside arrive. @default - nowhere: it has no hostname */
    exposure?: Exposure,
  ) {
    super(compartment, workload.name);
    compartment.addIdentity(workload.name);
    const part = mainPart(workload.name);
    compartment.addContents(deployment(workload, part, compartment), this);
    const { namespace } = compartment;
    if (workload.port !== undefined) {
      compartment.addContents(service(workload, workload.port, namespace), this);
      if (exposure) compartment.addContents(route(workload, workload.port, exposure, namespace), this);
    }
    const scale = workload.scale ?? environmentOf(this).scale;
    compartment.addContents(horizontalPodAutoscaler(part, scale, namespace), this);
    compartment.addContents(disruptionBudget(part, namespace), this);
  }

  /** This app as an end of a passage. */
  get end(): AppEnd {
    return appEnd(this.compartment, this.workload.name);
  }
}
