import type { CronJob, Job as JobManifest, JobSpec } from 'kubernetes-types/batch/v1';
import type { Job } from '../app/jobs-spec';
import type { Workload } from '../app-spec';
import type { Compartment } from '../compartment';
import type { ContentManifest } from '../contents';
import { JOBS } from '../defaults';
import { fingerprint } from '../fingerprint';
import { ANNOTATION, partLabels } from '../labels';
import { jobOf } from './parts';
import { podTemplate } from './pod';

/**
 * A job of an app: a CronJob if it has a schedule, or else a Job that runs once for every version of the app. Its pods share
 * the app's identity and passages, and are in no Service and under no disruption budget.
 *
 * It may run twice: an attempt may have done its work before it failed.
 */
export function job(app: Workload, name: string, job: Job, compartment: Compartment): ContentManifest {
  return job.schedule === undefined
    ? onceJob(app, name, job, compartment)
    : cronJob(app, name, job, job.schedule, compartment);
}

/**
 * The name carries a hash of what can never change in a Job, so that a change makes another Job instead of an error. It stays
 * when it has ended: it is all that says that this version's run has been.
 */
function onceJob(app: Workload, name: string, job: Job, compartment: Compartment): ContentManifest {
  const { part } = jobOf(app, name, job);
  const spec = jobSpec(app, name, job, compartment);
  const { template, podFailurePolicy } = spec;
  const version = fingerprint(JSON.stringify({ template, podFailurePolicy })).slice(0, 8);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${part.name}-${version}`,
      namespace: compartment.namespace,
      labels: partLabels(part, compartment.name),
      ...(job.beforeRelease ? { annotations: { [ANNOTATION.beforeRelease]: 'true' } } : {}),
    },
    spec,
  } satisfies JobManifest;
}

/** Never two runs at once: one that takes longer than its interval is finished, and the runs in between are left out. */
function cronJob(app: Workload, name: string, job: Job, schedule: string, compartment: Compartment): ContentManifest {
  const { part } = jobOf(app, name, job);
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: part.name, namespace: compartment.namespace, labels: partLabels(part, compartment.name) },
    spec: {
      schedule,
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: JOBS.startingDeadline,
      successfulJobsHistoryLimit: JOBS.kept.succeeded,
      failedJobsHistoryLimit: JOBS.kept.failed,
      jobTemplate: {
        metadata: { labels: partLabels(part, compartment.name) },
        spec: { ...jobSpec(app, name, job, compartment), ttlSecondsAfterFinished: JOBS.ttl },
      },
    },
  } satisfies CronJob;
}

function jobSpec(app: Workload, name: string, job: Job, compartment: Compartment): JobSpec {
  const { part, runs } = jobOf(app, name, job);
  return {
    backoffLimit: JOBS.retries,
    activeDeadlineSeconds: job.timeoutSeconds,
    // A node that is drained is no failure of the job.
    podFailurePolicy: {
      rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
    },
    template: podTemplate(runs, part, compartment),
  };
}
