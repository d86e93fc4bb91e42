import { join } from 'node:path';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { loadEnvironment } from '../../stacks/load/environments';
import { loadTenants } from '../../stacks/load/tenants';
import type { Plan } from '../../stacks/planned';
import { render } from '../../stacks/render';
import type { Minor } from './versions';

const ROOT = join(__dirname, '..', '..');

/** The plan of one of the repository's environments with the demo tenants, as `synth` renders it for a cluster of that minor. */
export function renderedPlan(environment: string, kubernetes: Minor): Plan {
  const loaded = loadEnvironment(join(ROOT, 'stacks', 'environments'), environment);
  const pinned = { ...loaded, environment: loaded.environment && { ...loaded.environment, kubernetes } };
  const { plan, findings } = render(pinned, loadTenants(join(ROOT, 'tenants')), NOTHING_EARLIER);
  if (!plan || findings.length > 0) throw new Error(`${environment} does not render: ${JSON.stringify(findings)}`);
  return plan;
}
