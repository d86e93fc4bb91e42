import type { ASTNode } from '@marcbachmann/cel-js';

/** Macros that go through a list or a map, with a variable of their own for each element. */
const THROUGH: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/**
 * Where an expression goes through a whole list once more for every element of another. On large objects that costs more than
 * the API server spends on an expression, which it then refuses together with the object. A list that is part of the element
 * costs no more than the object is long, and one that is written out has an end.
 * @see https://kubernetes.io/docs/reference/using-api/cel/#runtime-cost-budget
 */
export function* nestingFaults(node: ASTNode, outer: ReadonlySet<string> = new Set()): Iterable<string> {
  if (node.op === 'rcall') {
    const [name, list, args] = node.args;
    const [variable, ...body] = args;
    if (THROUGH.has(name) && variable?.op === 'id') {
      if (multiplies(list, outer)) yield fault(name);
      yield* nestingFaults(list, outer);
      for (const part of body) yield* nestingFaults(part, new Set([...outer, variable.args]));
      return;
    }
  }
  if (node.op === 'in' && multiplies(node.args[1], outer)) yield fault('in');
  for (const child of childrenOf(node)) yield* nestingFaults(child, outer);
}

function multiplies(list: ASTNode, outer: ReadonlySet<string>): boolean {
  return outer.size > 0 && list.op !== 'list' && !mentions(list, outer) && !readsTheNamespace(list);
}

/** What the platform writes into a namespace are a few words, and not for the writer of an object to make many. */
function readsTheNamespace(node: ASTNode): boolean {
  if (node.op === 'id') return node.args === 'namespaceObject';
  if (node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'variables') {
    return node.args[1] === 'registries';
  }
  return childrenOf(node).some(readsTheNamespace);
}

function mentions(node: ASTNode, names: ReadonlySet<string>): boolean {
  return node.op === 'id' ? names.has(node.args) : childrenOf(node).some((child) => mentions(child, names));
}

function fault(name: string): string {
  return `"${name}" goes through a whole list for every element of another, which costs more than the API server spends`;
}

/** The parts of an expression. */
export function childrenOf(node: ASTNode): ASTNode[] {
  const parts: readonly unknown[] = Array.isArray(node.args) ? node.args.flat(2) : [node.args];
  return parts.filter(isNode);
}

function isNode(part: unknown): part is ASTNode {
  return typeof part === 'object' && part !== null && 'op' in part;
}
