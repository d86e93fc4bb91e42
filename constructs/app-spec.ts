import * as z from 'zod';
import { companionsShape } from './app/companions-spec';
import { checkDisk, diskShape } from './app/disk-spec';
import { egressShape } from './app/egress-spec';
import { envShape, refuseVariablesTwice } from './app/env-spec';
import { filesShape } from './app/files-spec';
import { healthShape } from './app/health-spec';
import { imageShape } from './app/image-spec';
import { jobsShape } from './app/jobs-spec';
import { lifecycleShape } from './app/lifecycle-spec';
import { checkPartNames } from './app/part-spec';
import { portShape, requirePort } from './app/port-spec';
import { checkRollout, rolloutShape } from './app/rollout-spec';
import { sizeShape } from './app/size-spec';
import { checkCallPorts, trafficShape } from './app/traffic-spec';
import { checkUses, usesShape } from './app/uses-spec';
import { workersShape } from './app/workers-spec';
import { appName } from './names';

/** What an app runs as, one concern a line. */
export const workloadShape = {
  name: appName.describe('Name of the app; also of its service account and of its Service.'),
  ...imageShape,
  ...envShape,
  ...filesShape,
  ...portShape,
  ...healthShape,
  ...sizeShape,
  ...lifecycleShape,
  ...companionsShape,
  ...workersShape,
  ...jobsShape,
  ...diskShape,
  ...rolloutShape,
  ...usesShape,
  ...egressShape,
};

/** What a developer says of an app, one concern a line: what it runs as, and who may talk to whom. */
export const appShape = {
  ...workloadShape,
  ...trafficShape,
};

/** Refuses what is right member by member and does not fit together, one concern a line. */
function checkTogether(app: Workload & Partial<AppSpec>, context: z.RefinementCtx): void {
  refuseVariablesTwice(app, context);
  requirePort(app, context);
  checkPartNames(app, context);
  checkDisk(app, context);
  checkRollout(app, context);
  checkUses(app, context);
  checkCallPorts(app, context);
}

const workloadObject = z.strictObject(workloadShape);
const appObject = z.strictObject(appShape);

/** What an app runs as. Deliberately without any word of Kubernetes. */
export const workloadSchema = workloadObject.superRefine(checkTogether);

/** What a developer ships. Both front ends end here. */
export const appSpecSchema = appObject.superRefine(checkTogether);

/** A workload as it is written. */
export type WorkloadInput = z.input<typeof workloadObject>;

/** A workload as the platform reads it: complete. */
export type Workload = z.output<typeof workloadObject>;

/** An app as it is written. */
export type AppSpecInput = z.input<typeof appObject>;

/** An app as the platform reads it: complete. */
export type AppSpec = z.output<typeof appObject>;
