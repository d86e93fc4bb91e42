import { Environment } from '@marcbachmann/cel-js';
import { addKubernetesLibrary } from './library';
import { lint } from './lint';
import { nestingFaults } from './nesting';

/** An expression, ready to be evaluated again and again. */
export type Program = (context: Readonly<Record<string, unknown>>) => unknown;

/** CEL as the API server of one Kubernetes minor reads it in a ValidatingAdmissionPolicy. */
export interface Dialect {
  /**
   * Reads an expression.
   * @throws when it is no CEL, does not type-check, or uses what that minor does not offer; the message says what and where
   */
  readonly compile: (expression: string, place: string) => Program;
}

const dialects = new Map<string, Dialect>();

/** `minor`: of Kubernetes, such as `1.36`. What one environment has compiled, the next of that minor need not. */
export function dialectOf(minor: string): Dialect {
  const dialect = dialects.get(minor) ?? newDialect(Number(minor.split('.')[1]));
  dialects.set(minor, dialect);
  return dialect;
}

function newDialect(minor: number): Dialect {
  const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: true });
  addKubernetesLibrary(environment);
  for (const name of ['object', 'variables', 'request', 'namespaceObject']) environment.registerVariable(name, 'dyn');
  const programs = new Map<string, Program>();
  return {
    compile: (expression, place) => {
      const program = programs.get(expression) ?? compile(environment, minor, expression, place);
      programs.set(expression, program);
      return program;
    },
  };
}

function compile(environment: Environment, minor: number, expression: string, place: string): Program {
  const wrong = (what: string, cause?: unknown) => new Error(`${place}: ${what}. In: ${expression}`, { cause });
  const program = attempt(() => environment.parse(expression), wrong);
  const faults = [...lint(program.ast, minor), ...nestingFaults(program.ast)];
  if (faults.length > 0) throw wrong(faults.join('; '));
  const { valid, error } = program.check();
  if (!valid) throw wrong(error?.message.split('\n')[0] ?? 'it does not type-check', error);
  return program;
}

function attempt<Result>(task: () => Result, wrong: (what: string, cause: unknown) => Error): Result {
  try {
    return task();
  } catch (error) {
    throw wrong(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error), error);
  }
}
