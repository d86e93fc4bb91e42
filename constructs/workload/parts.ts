import type { Job } from '../app/jobs-spec';
import { nameOfPart } from '../app/part-spec';
import type { Worker } from '../app/workers-spec';
import type { Workload } from '../app-spec';
import type { Part } from '../labels';

/** A worker of an app as what it is to Kubernetes: an app of the same image and identity, without a port. */
export function workerOf(app: Workload, name: string, worker: Worker): { part: Part; runs: Workload } {
  const part = { app: app.name, name: nameOfPart(app.name, name), component: `worker-${name}`, ends: false };
  return { part, runs: { ...alone(app, worker), scale: worker.scale } };
}

/** A job of an app likewise. */
export function jobOf(app: Workload, name: string, job: Job): { part: Part; runs: Workload } {
  const part = { app: app.name, name: nameOfPart(app.name, name), component: `job-${name}`, ends: true };
  return { part, runs: alone(app, job) };
}

/** The app running something else, which nobody calls and which keeps nothing. */
function alone(app: Workload, { command, args, size = app.size }: Worker | Job): Workload {
  const scratch = Object.entries(app.disk).filter(([, { persistent }]) => persistent === undefined);
  return {
    ...app,
    command,
    args,
    size,
    port: undefined,
    health: 'none',
    companions: {},
    disk: Object.fromEntries(scratch),
  };
}
