import type { Construct } from 'constructs';
import { formatPath, type Problem } from '../input/problem';

/** Has the plan tell what is wrong with a section of the environment, which shows only beside the tenants. */
export function tellProblems(construct: Construct, section: string, problems: readonly Problem[]): void {
  construct.node.addValidation({
    validate: () =>
      problems.map(({ path, problem, fix }) => `environment ${formatPath([section, ...path])}: ${problem} ${fix}`),
  });
}
