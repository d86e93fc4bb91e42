import { join } from 'node:path';
import type { Environment } from '../../constructs/environment';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { loadEnvironment } from '../../stacks/load/environments';
import { loadTenants } from '../../stacks/load/tenants';
import type { Plan } from '../../stacks/planned';
import { render } from '../../stacks/render';
import type { Minor } from './versions';

const ROOT = join(__dirname, '..', '..');

/** The plan of one of the repository's environments with the demo tenants, as `synth` renders it for a cluster of that minor. */
export function renderedPlan(environment: string, kubernetes: Minor): Plan {
  const { plan } = rendering(environment, kubernetes);
  return plan;
}

/** The same without what a GitOps tool needs, as `pulumi up` deploys it. */
export function undeliveredPlan(environment: string, kubernetes: Minor): Plan {
  const { undelivered } = rendering(environment, kubernetes);
  return undelivered;
}

/** What the plan and the environment of `situationOf` are, for a cluster of that minor. */
export function rendering(environment: string, kubernetes: Minor): Rendered {
  const loaded = loadEnvironment(join(ROOT, 'stacks', 'environments'), environment);
  const pinned = { ...loaded, environment: loaded.environment && { ...loaded.environment, kubernetes } };
  const { plan, undelivered, findings } = render(pinned, loadTenants(join(ROOT, 'tenants')), NOTHING_EARLIER);
  if (pinned.environment && plan && undelivered && findings.length === 0) {
    return { environment: pinned.environment, plan, undelivered };
  }
  throw new Error(`${environment} does not render: ${JSON.stringify(findings)}`);
}

interface Rendered {
  readonly environment: Environment;
  readonly plan: Plan;
  readonly undelivered: Plan;
}
