/** A plain JSON value: what a manifest is made of. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Keys and indices from the document down to the value being printed; one array per document, read by errors only. */
type Path = (string | number)[];

/** Some readers stop at 100 levels; no manifest comes near, and a cycle gets there at once. */
const MAX_DEPTH = 64;

/** YAML allows an implicit key 1024 characters; longer ones need the `? key` form. */
const MAX_IMPLICIT_KEY = 1000;

/** No indicator in front, no `: `, no ` #`, no blank or colon at the end. */
const PLAIN = /^(?!.*(?:: |[ :]$))(?:[\w/]|\.[A-Za-z])[\w/.:@+,;=()*'~^!&<>|?%$ -]*$/;

/** Booleans, nulls and numbers to some reader (`e1` is a float to some of YAML 1.1). */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null|\.?inf|\.?nan|e[-+]?[\d_]+)$/i;

/** Without a character that no number or timestamp holds: 017, 0x1F, 1_000, 1e3, 1:30, 10.0.0.1, 2020-01-01. */
const NUMERIC = /^[\d._](?!.*[G-NQ-SU-WYg-nq-su-wy/%])/;

/** Readers find the indentation in the first line with text, and disagree about blanks after the last. */
const LITERAL = /^\n*[^\n\t ](?:.*[^\n\t ])?\n*$/s;

/** Controls, lone surrogates, line separators, non-characters, and what hides or reorders text before a reviewer's eyes. */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cs}\u00a0\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/gu;

/** How short strings are written: manifests repeat the same few thousand, and the expressions above are slow. */
const written = new Map<string, string>();
const MAX_WRITTEN = 20_000;
/** Long enough for an image with its digest. */
const MAX_WRITTEN_LENGTH = 128;

/**
 * One YAML document for one value: block style, two spaces, keys in the order given, no `---`, a newline at the end.
 * Every YAML 1.1 and 1.2 reader gets the same value back. It does not promise two things that JSON does not either:
 * `-0` becomes `0`, and a lone surrogate is written as its escape, which readers in C and Go refuse.
 * Nothing is sorted, folded or shared: what occurs twice is printed twice.
 *
 * @throws when something is no JSON value (`undefined`, NaN, a Date) or lies deeper than 64 levels; the message has its path.
 * @see https://yaml.org/spec/1.2.2/ and, for what 1.1 readers take for other types, https://yaml.org/type/
 */
export function emitYaml(value: Json): string {
  return flat(node(value, '', []));
}

/**
 * V8 keeps concatenated text as a tree of its pieces until a character is read, and thousands of such trees cost its
 * garbage collector more than all the printing. The comparison is never true, but without it nothing is read.
 */
function flat(printed: string): string {
  return printed.charCodeAt(0) === 0 ? '' : printed;
}

/** A value with its final newline; `indent` stands before each of its lines but the first. */
function node(value: Json | undefined, indent: string, path: Path): string {
  if (typeof value === 'string') return text(value, indent);
  if (typeof value === 'number') return `${number(value, path)}\n`;
  if (typeof value === 'boolean' || value === null) return `${value}\n`;
  if (typeof value !== 'object') throw unexpected('a JSON value', typeof value, path);
  if (path.length > MAX_DEPTH) throw unexpected(`at most ${MAX_DEPTH} levels`, 'more, perhaps a cycle', path);
  return isList(value) ? sequence(value, indent, path) : mapping(value, indent, path);
}

function mapping(value: { readonly [key: string]: Json }, indent: string, path: Path): string {
  let lines = '';
  for (const key of Object.keys(value)) {
    path.push(key);
    lines += `${lines && indent}${keyOf(key, indent)}:${member(value[key], indent, path)}`;
    path.pop();
  }
  return lines || emptyMapping(value, path);
}

function sequence(value: readonly Json[], indent: string, path: Path): string {
  let lines = '';
  for (let index = 0; index < value.length; index++) {
    path.push(index);
    lines += `${lines && indent}- ${node(value[index], `${indent}  `, path)}`;
    path.pop();
  }
  return lines || '[]\n';
}

/** What follows `key:`. Kubernetes style keeps the dashes of a list at the indentation of its key. */
function member(value: Json | undefined, indent: string, path: Path): string {
  const inner = isList(value) ? indent : `${indent}  `;
  const body = node(value, inner, path);
  return isFilled(value) ? `\n${inner}${body}` : ` ${body}`;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isFilled(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isList(value) ? value.length > 0 : Object.keys(value).length > 0;
}

/** A Date or a Map has no keys of its own either: printing `{}` would lose it in silence. */
function emptyMapping(value: object, path: Path): string {
  const type = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (type !== 'Object') throw unexpected('a JSON value', type, path);
  return '{}\n';
}

/** YAML 1.1 wants a point before an exponent, and past 2^53 the shortest digits are those of another integer. */
function number(value: number, path: Path): string {
  if (Number.isSafeInteger(value)) return String(value);
  if (!Number.isFinite(value)) throw unexpected('a finite number', String(value), path);
  const digits = String(value);
  if (digits.includes('e')) return digits.includes('.') ? digits : digits.replace('e', '.0e');
  return Number.isInteger(value) ? String(BigInt(value)) : digits;
}

function text(value: string, indent: string): string {
  const isLiteral = value.includes('\n') && LITERAL.test(value) && value.search(UNSEEN) < 0;
  return isLiteral ? literal(value, indent || '  ') : `${scalar(value)}\n`;
}

function literal(value: string, indent: string): string {
  const lines = value.replace(/^(?=.)/gm, indent);
  if (!value.endsWith('\n')) return `|-\n${lines}\n`;
  return value.endsWith('\n\n') ? `|+\n${lines}` : `|\n${lines}`;
}

function keyOf(key: string, indent: string): string {
  const shown = scalar(key);
  return shown.length > MAX_IMPLICIT_KEY ? `? ${shown}\n${indent}` : shown;
}

function scalar(value: string): string {
  const known = written.get(value);
  if (known !== undefined) return known;
  const shown = isPlain(value) ? value : quoted(value);
  if (written.size >= MAX_WRITTEN) written.clear();
  if (value.length <= MAX_WRITTEN_LENGTH) written.set(value, shown);
  return shown;
}

function isPlain(value: string): boolean {
  return PLAIN.test(value) && !WORD.test(value) && !NUMERIC.test(value);
}

/** JSON's escapes are YAML's; JSON alone leaves the unseen characters above U+007E as they are. */
function quoted(value: string): string {
  return JSON.stringify(value).replace(UNSEEN, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function unexpected(wanted: string, got: string, path: Path): Error {
  const steps = path.map((step) => (/^[A-Za-z_][\w-]*$/.test(String(step)) ? `.${step}` : `[${JSON.stringify(step)}]`));
  return new Error(`${steps.join('').replace(/^\./, '') || 'document'}: expected ${wanted}, got ${got}.`);
}
