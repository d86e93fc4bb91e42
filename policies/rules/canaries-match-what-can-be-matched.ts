import { CANARIES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const canariesMatchWhatCanBeMatched: CelRule = {
  id: 'canaries-match-what-can-be-matched',
  why: 'What Flagger cannot say in a route it leaves out, and then every visitor gets the new version.',
  see: 'https://docs.flagger.app/tutorials/gatewayapi-progressive-delivery#a-b-testing',
  level: 'mandatory',
  on: CANARIES,
  within: TENANTS,
  holds: `
    object.spec.?analysis.?match.orValue([]).all(m,
    m.?sourceLabels.orValue({}).size() == 0 &&
    m.?headers.orValue({}).size() + m.?queryParams.orValue({}).size() > 0 &&
    m.?headers.orValue({}).all(k, m.headers[k].?exact.orValue('') != '' || m.headers[k].?regex.orValue('') != '') &&
    m.?queryParams.orValue({}).all(k,
    m.queryParams[k].?exact.orValue('') != '' || m.queryParams[k].?regex.orValue('') != ''))
  `,
  problem: 'A match says nothing that a route can say.',
  fix: 'Match headers or queryParams by exact or regex, and nothing by sourceLabels.',
};
