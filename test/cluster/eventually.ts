import { setTimeout as sleep } from 'node:timers/promises';

/** How long to keep asking. */
export interface Patience {
  /** @default 30 */
  readonly seconds?: number;
  /** Milliseconds between two questions. @default 100 */
  readonly every?: number;
}

/**
 * Asks again and again until there is an answer, and returns it.
 *
 * @param sentence what is awaited, as it reads after "Waited for": `the Deployment to be available`
 * @param ask gives the answer, or undefined as long as there is none; an error it throws ends the waiting
 * @throws when the time is over
 */
export async function eventually<Answer>(
  sentence: string,
  ask: () => Promise<Answer | undefined>,
  { seconds = 30, every = 100 }: Patience = {},
): Promise<Answer> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain for ${sentence}.`);
    await sleep(every);
  }
}
