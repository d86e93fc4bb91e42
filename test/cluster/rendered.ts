import { join } from 'node:path';
import { loadEnvironment } from '../../stacks/load/environments';
import { loadTenants } from '../../stacks/load/tenants';
import type { Plan } from '../../stacks/planned';
import { render } from '../../stacks/render';

const ROOT = join(__dirname, '..', '..');

/** The plan of one of the repository's environments with the demo tenants, exactly as `synth` renders it. */
export function renderedPlan(environment: string): Plan {
  const loaded = loadEnvironment(join(ROOT, 'stacks', 'environments'), environment);
  const { plan, findings } = render(loaded, loadTenants(join(ROOT, 'tenants')), () => undefined);
  if (!plan || findings.length > 0) throw new Error(`${environment} does not render: ${JSON.stringify(findings)}`);
  return plan;
}
