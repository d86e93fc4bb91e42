import * as z from 'zod';
import { DISKS } from '../defaults';
import { mebibytes, quantity } from '../quantity';

/** Of at most so many MiB. */
function upTo(most: number) {
  return quantity.refine((size) => amountOf(size) <= most, { error: `Write at most ${most / 1024}Gi.` });
}

/** In MiB; of what is told to be no amount elsewhere, nothing. */
function amountOf(size: string | undefined): number {
  return quantity.safeParse(size).success ? mebibytes(size ?? '') : 0;
}

const path = z
  .string()
  .regex(/^(\/[\w.-]+)+$/, 'Write an absolute path such as "/var/cache/app".')
  .max(50, 'Write at most 50 characters.')
  .refine((written) => !written.split('/').some((step) => step === '.' || step === '..'), {
    error: 'Write the path itself, without "." and "..".',
  })
  .refine((written) => !/^\/(dev|proc|sys|etc)(\/|$)/.test(written), {
    error: 'Choose another path: the system needs this one.',
  });

/** How much a disk may hold that stays. */
export const persistentAmount = upTo(DISKS.persistent);

/** Room to write, which is gone at every end or stays. */
export const volume = z
  .strictObject({
    scratch: upTo(DISKS.scratch)
      .optional()
      .describe('Room that is empty at every start and gone at every end, as much as this.'),
    persistent: persistentAmount
      .optional()
      .describe('Room that stays, as much as this. Then the app has one replica, which stops before the next starts.'),
  })
  .refine(({ scratch, persistent }) => (scratch === undefined) !== (persistent === undefined), {
    error: 'Write one of the two: "scratch", which is empty at every start, or "persistent", which stays.',
  });

/** Where an app may write. */
export const diskShape = {
  disk: z
    .record(path, volume)
    .default({})
    .describe('Where it may write beside `/tmp`, by path. Workers and jobs have a scratch of their own there.'),
};

/** What an app says of where it may write. */
export type Disk = z.output<typeof diskShape.disk>;

interface Writer {
  readonly disk?: Disk;
  readonly files?: Readonly<Record<string, unknown>>;
  readonly scale?: { readonly max: number } | undefined;
}

/** All scratch together, in MiB. */
export function scratchOf(disk: Disk): number {
  return Object.values(disk).reduce((sum, { scratch }) => sum + amountOf(scratch), 0);
}

/** What a disk is called in the cluster, beside the name of its app. */
export function nameOfDisk(path: string): string {
  return path
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** Whether something of an app's disk stays when its pod goes. */
export function isPersistent({ disk = {} }: Writer): boolean {
  return Object.values(disk).some(({ persistent }) => persistent !== undefined);
}

/** Refuses disks within disks or files, more scratch than one pod may have, and a second writer of what stays. */
export function checkDisk(app: Writer, context: z.RefinementCtx): void {
  const { disk = {}, files = {}, scale } = app;
  const refuse = (path: (string | number)[], problem: string, message: string) =>
    context.addIssue({ code: 'custom', path, params: { problem }, message });
  const paths = Object.keys(disk);
  for (const inner of paths) {
    const outer = paths.find((other) => inner.startsWith(`${other}/`));
    if (outer) refuse(['disk', inner], `It lies within ${outer}.`, 'Write one of the two.');
    const alike = paths.slice(0, paths.indexOf(inner)).find((other) => nameOfDisk(other) === nameOfDisk(inner));
    if (alike) refuse(['disk', inner], `It reads like ${alike}.`, 'Let paths differ in letters or digits.');
    const file = Object.keys(files).find((other) => inner === other || inner.startsWith(`${other}/`));
    if (file) refuse(['disk', inner], `There is a file ${file}.`, 'Choose another path for one of the two.');
    if (nameOfDisk(inner) === '') refuse(['disk', inner], 'It has no letter or digit.', 'Write one with a name.');
  }
  const scratch = scratchOf(disk);
  if (scratch > DISKS.scratch) {
    refuse(['disk'], `All scratch together is ${scratch}Mi.`, `Write at most ${DISKS.scratch / 1024}Gi in all.`);
  }
  if (isPersistent(app) && scale !== undefined && scale.max > 1) {
    const problem = 'Its disk has one writer, and so the app one replica.';
    refuse(['scale', 'max'], problem, 'Leave scale out, or keep state in a service outside and leave the disk out.');
  }
  for (const [place, { persistent }] of Object.entries(disk)) {
    if (persistent !== undefined && place === '/tmp') {
      refuse(
        ['disk', place, 'persistent'],
        'What lies in /tmp does not stay.',
        'Choose another path, or write scratch.',
      );
    }
  }
}
