import type { Component } from '../component';
import { FLAGGER_VERSIONS } from './rollouts-spec';

/** Flagger. While it is away rollouts wait, and what runs keeps serving. */
export const FLAGGER_COMPONENT: Component = {
  title: 'Flagger',
  versions: FLAGGER_VERSIONS,
  reach: { minors: 100, source: 'https://github.com/fluxcd/flagger/blob/main/CHANGELOG.md' },
  budget: { compartments: ['rollouts'], rings: 0, why: 'no app may be rolled out because Flagger is' },
  behaviours: [
    {
      since: '1.44',
      what: 'Autoscalers of autoscaling/v2beta2 are no longer understood.',
      source: 'https://github.com/fluxcd/flagger/blob/main/CHANGELOG.md',
    },
  ],
  oneWays: [],
  waits: ['Flagger runs, and no Canary has begun an analysis because of it'],
};
