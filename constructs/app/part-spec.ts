import * as z from 'zod';
import { name } from '../names';
import { sizeShape } from './size-spec';

/**
 * At most this long, so that the name of a CronJob still leaves room for the time that Kubernetes appends, and that of a Job
 * for the hash that we do.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#writing-a-cronjob-spec
 */
const LENGTH = 52;

/** The name of a worker or a job within its app. */
export const partName = name;

const words = z.array(z.string()).min(1);

/** What a part of an app runs of the app's image. */
export const commandShape = {
  command: words.describe('What it runs of the image.'),
  args: words.optional().describe('Arguments of the command.'),
  size: sizeShape.size.removeDefault().optional().describe("CPU and memory of one of it. Left out: the app's."),
};

interface Named {
  readonly name: string;
  readonly workers?: Readonly<Record<string, unknown>>;
  readonly jobs?: Readonly<Record<string, unknown>>;
}

/** Refuses parts whose name together with the app's is too long. */
export function checkPartNames(app: Named, context: z.RefinementCtx): void {
  for (const kind of ['workers', 'jobs'] as const) {
    for (const part of Object.keys(app[kind] ?? {})) {
      const name = nameOfPart(app.name, part);
      if (name.length <= LENGTH) continue;
      const problem = `In the cluster it would be called ${name}, which is ${name.length - LENGTH} characters too long.`;
      context.addIssue({ code: 'custom', path: [kind, part], params: { problem }, message: 'Shorten its name.' });
    }
  }
}

/** What a worker or a job of an app is called in the cluster. */
export function nameOfPart(app: string, part: string): string {
  return `${app}-${part}`;
}
