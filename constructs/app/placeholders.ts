import { closest } from '../input/did-you-mean';
import type { Problem } from '../input/problem';
import { outputsOf, type ResourceTypeName } from './resource-types';

/** A stretch of a text: as it stands, or what stands for something. */
export type Piece = { readonly text: string } | { readonly placeholder: string };

const PLACEHOLDER = /\$\$\{|\$\{([^}]*)\}|\$\{/g;

/** The pieces of a text. `$${` is a dollar and a brace; a brace that nobody closes is a placeholder without a name. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    pieces.push({ text: text.slice(from, match.index) });
    from = match.index + match[0].length;
    if (match[0] === '$${') pieces.push({ text: '${' });
    else pieces.push({ placeholder: match[1] ?? '' });
  }
  pieces.push({ text: text.slice(from) });
  return pieces.filter((piece) => !('text' in piece) || piece.text !== '');
}

/** What a placeholder stands for. */
export type Meaning =
  | { readonly kind: 'name' }
  | { readonly kind: 'hostname' }
  | { readonly kind: 'output'; readonly resource: string; readonly output: string };

interface Resources {
  readonly [name: string]: { readonly type: ResourceTypeName };
}

type Advice = Pick<Problem, 'problem' | 'fix'>;

/** What a placeholder stands for among the resources of its app, or why it stands for nothing. */
export function meaningOf(placeholder: string, resources: Resources): Meaning | Advice {
  const [root = '', name, output, ...more] = placeholder.split('.');
  if (root === 'metadata' && (name === 'name' || name === 'hostname') && output === undefined) return { kind: name };
  const written = inBraces(placeholder);
  if (root === 'metadata')
    return {
      problem: `"${written}" stands for nothing.`,
      fix: `Write "${inBraces('metadata.name')}" or "${inBraces('metadata.hostname')}".`,
    };
  if (root !== 'resources') {
    const meant = closest(root, ['metadata', 'resources']);
    const fix = meant
      ? `Did you mean "${meant}"?`
      : `Write "${inBraces('resources.<name>.<output>')}" or "${inBraces('metadata.name')}"; for a dollar and a brace, "$\${".`;
    return { problem: `"${written}" stands for nothing.`, fix };
  }
  const names = Object.keys(resources);
  const resource = name !== undefined && Object.hasOwn(resources, name) ? resources[name] : undefined;
  if (name === undefined || !resource) {
    return { problem: `The app uses no resource "${name ?? ''}".`, fix: suggest(name ?? '', names) };
  }
  const outputs = outputsOf(resource.type);
  if (output === undefined || more.length > 0 || !Object.hasOwn(outputs, output)) {
    const told = [output ?? '', ...more].join('.');
    const problem = told
      ? `A resource of type ${resource.type} has no output "${told}".`
      : `"${written}" names no output.`;
    return { problem, fix: suggest(told, Object.keys(outputs)) };
  }
  return { kind: 'output', resource: name, output };
}

/** A placeholder as it is written. */
export function inBraces(placeholder: string): string {
  return `\${${placeholder}}`;
}

function suggest(written: string, possible: readonly string[]): string {
  const meant = closest(written, possible);
  if (meant) return `Did you mean "${meant}"?`;
  return possible.length > 0
    ? `Possible: ${possible.join(', ')}.`
    : 'Add it to the resources, or write the value itself.';
}
