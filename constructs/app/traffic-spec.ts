import * as z from 'zod';
import { line } from '../line';
import { appReference } from '../names';

/** Who may talk to an app, and to whom it talks. */
export const trafficShape = {
  expose: z.enum(['internal', 'public']).default('internal').describe('Whether the edge may reach it.'),
  calls: z
    .record(appReference, line('Write why it calls.'))
    .default({})
    .describe('Apps that it calls, each with the reason. An app of another tenant must accept it.'),
  callPorts: z
    .record(appReference, z.int().min(1).max(65535))
    .default({})
    .describe('The port under which it asks an app that it calls, for those of which it matters: another one is told.'),
};

interface Caller {
  readonly calls?: Readonly<Record<string, string>>;
  readonly callPorts?: Readonly<Record<string, number>>;
}

/** Refuses a port of an app that it does not call. */
export function checkCallPorts({ calls = {}, callPorts = {} }: Caller, context: z.RefinementCtx): void {
  for (const app of Object.keys(callPorts)) {
    if (Object.hasOwn(calls, app)) continue;
    const params = { problem: `It does not call ${app}.` };
    context.addIssue({
      code: 'custom',
      path: ['callPorts', app],
      params,
      message: 'Add it to calls, or leave it out.',
    });
  }
}
