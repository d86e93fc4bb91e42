import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf } from './nesting';
import { FUNCTIONS, METHODS, PATTERNS } from './offered';
import { regexFault } from './regex';

/** What an expression uses that the cluster's minor does not offer, or that the two engines may read differently. */
export function* lint(node: ASTNode, minor: number): Iterable<string> {
  switch (node.op) {
    case 'id':
      if (node.args === 'cel' || node.args === 'google') yield `Kubernetes does not offer "${node.args}"`;
      return;
    case 'call': {
      const [name, args] = node.args;
      yield* callFaults(name, FUNCTIONS[name], minor);
      for (const argument of args) yield* lint(argument, minor);
      return;
    }
    case 'rcall': {
      const [name, receiver, args] = node.args;
      yield* callFaults(name, METHODS[name], minor);
      if (PATTERNS.has(name)) yield* patternFaults(args[0]);
      for (const part of [receiver, ...args]) yield* lint(part, minor);
      return;
    }
    default:
      for (const child of childrenOf(node)) yield* lint(child, minor);
  }
}

function* callFaults(name: string, since: number | undefined, minor: number): Iterable<string> {
  if (since === undefined) yield `"${name}" is none of the functions that rules may call`;
  else if (minor < since) yield `"${name}" needs Kubernetes 1.${since}`;
}

function* patternFaults(pattern: ASTNode | undefined): Iterable<string> {
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') {
    yield 'a regular expression must stand there as a text, so that it can be checked';
    return;
  }
  const fault = regexFault(pattern.args);
  if (fault !== undefined) yield `the regular expression ${pattern.args} is refused: ${fault}`;
}
