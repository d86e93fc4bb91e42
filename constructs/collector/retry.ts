import { RETRY } from './defaults';

/** Tries again what was refused, and gives up in the end. */
export interface Retry {
  readonly enabled: true;
  readonly initial_interval: `${number}s`;
  readonly max_interval: `${number}s`;
  readonly max_elapsed_time: `${number}s`;
}

export const retry: Retry = {
  enabled: true,
  initial_interval: RETRY.initial,
  max_interval: RETRY.max,
  max_elapsed_time: RETRY.elapsed,
};
