import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';
import { NAME_LABEL } from '../names';

export const podsCarryTheirAppsName: CelRule = {
  id: 'pods-carry-their-apps-name',
  why: 'Services, dashboards and Flagger find pods by that label.',
  see: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/',
  level: 'mandatory',
  on: WRITTEN,
  within: TENANTS,
  holds: `variables.labels[?'${NAME_LABEL}'].orValue('') != ''`,
  problem: `The pods lack the label ${NAME_LABEL}.`,
  fix: 'Name the app in it.',
};
