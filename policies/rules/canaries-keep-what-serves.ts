import { CANARIES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const canariesKeepWhatServes: CelRule = {
  id: 'canaries-keep-what-serves',
  why: 'A Canary that reverts takes Service and route with it and keeps its namespace from ending; one that skips sends visitors to pods that are not ready.',
  see: 'https://docs.flagger.app/usage/how-it-works#canary-finalizers',
  level: 'mandatory',
  on: CANARIES,
  within: TENANTS,
  holds: '!object.spec.?revertOnDeletion.orValue(false) && !object.spec.?skipAnalysis.orValue(false)',
  problem: 'The canary reverts when it is deleted, or skips its analysis.',
  fix: 'Leave out revertOnDeletion and skipAnalysis.',
};
