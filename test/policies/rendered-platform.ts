import path from 'node:path';
import type { Environment } from '../../constructs/environment';
import type { Manifest } from '../../policies/manifest';
import type { Declared } from '../../policies/reachability/declared';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { loadEnvironment } from '../../stacks/load/environments';
import { loadTenants } from '../../stacks/load/tenants';
import type { Plan } from '../../stacks/planned';
import { declaredOf, judgedBy } from '../../stacks/proof';
import { render } from '../../stacks/render';

const ROOT = path.join(__dirname, '..', '..');

export const ENVIRONMENTS = path.join(ROOT, 'stacks', 'environments');

/** What a proof is given. */
export interface Platform {
  readonly manifests: readonly Manifest[];
  readonly declared: Declared;
}

/** The demo platform as it is rendered for an environment. */
export function renderedPlatform(name: string): Platform {
  const tenants = loadTenants(path.join(ROOT, 'tenants'));
  const { undelivered, environment, findings } = render(loadEnvironment(ENVIRONMENTS, name), tenants, NOTHING_EARLIER);
  if (!undelivered || !environment) throw new Error(`${name} is broken: ${JSON.stringify(findings)}`);
  return platformOf(undelivered, environment);
}

/** A plan, and what upstream charts will run, as the proof sees them. */
export function platformOf(plan: Plan, environment: Environment): Platform {
  return { manifests: judgedBy(plan), declared: declaredOf(plan, environment) };
}
