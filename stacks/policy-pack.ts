import { join } from 'node:path';
import { formatFinding } from '../policies/finding';
import { type PackPolicy, packPolicies } from '../policies/pack/pack';
import { loadEnvironment } from './load/environments';

/**
 * The policies of `policies/pack`: the rules with the pins and exemptions of the environment that the stack is called like.
 * @param root the folder that holds `stacks/environments`
 */
export function policiesIn(root: string): PackPolicy[] {
  return packPolicies((stack) => {
    const { environment, findings } = loadEnvironment(join(root, 'stacks', 'environments'), stack);
    if (!environment) throw new Error(findings.map(formatFinding).join('\n'));
    return environment;
  });
}
