import type { EnvVar } from 'kubernetes-types/core/v1';
import { meaningOf, piecesOf } from '../app/placeholders';
import { secretOf } from '../app/secret-reference';
import { variablesOf } from '../app/uses-spec';
import type { Workload } from '../app-spec';
import type { Environment } from '../environment';
import { type Output, outputOf, unprovided } from '../provisioners/provision';

type Section = Pick<Environment, 'provisioners'>;

/**
 * What an app's container is told when it starts. No secret stands here: what is one is a reference, and a text around one is
 * put together in the container, of variables that stand before it.
 */
export function variables(app: Workload, environment: Section, domain: string | undefined): EnvVar[] {
  const place = { environment, domain };
  const used = Object.entries(app.uses).flatMap(([name, use]) =>
    use.variables && !unprovided(use, environment) ? Object.entries(variablesOf(name, use)) : [],
  );
  const told = [...Object.entries(app.env), ...used].map(([name, text]) => variable(name, text, app, place));
  const secrets = Object.entries(app.secrets).map(([name, secret]) => ({
    name,
    valueFrom: { secretKeyRef: secretOf(secret) },
  }));
  const helpers = new Map(told.flatMap(({ helpers }) => helpers).map((helper) => [helper.name, helper]));
  return [
    { name: 'APP_NAME', value: app.name },
    ...(app.port === undefined ? [] : [{ name: 'PORT', value: `${app.port}` }]),
    ...[...helpers.values()].sort(byName),
    ...[...told.map(({ variable }) => variable), ...secrets].sort(byName),
  ];
}

/** Where an app is rendered. */
interface Surroundings {
  readonly environment: Section;
  /** The domain below which its hostname lies, if there is one. */
  readonly domain: string | undefined;
}

interface Told {
  readonly variable: EnvVar;
  /** Secrets that stand within its text, under names of their own. */
  readonly helpers: readonly EnvVar[];
}

type Part =
  | Exclude<Output, { readonly secret: string }>
  | (Exclude<Output, { readonly text: string }> & { readonly name: string });

function variable(name: string, text: string, app: Workload, place: Surroundings): Told {
  const parts = joined(
    piecesOf(text).map((piece) => ('text' in piece ? piece : partFor(piece.placeholder, app, place))),
  );
  const [only] = parts;
  if (only && parts.length === 1 && 'secret' in only) return { variable: reference(name, only), helpers: [] };
  const value = parts.map((part, index) =>
    'text' in part ? literal(part.text, index < parts.length - 1) : `$(${part.name})`,
  );
  const helpers = parts.flatMap((part) => ('secret' in part ? [reference(part.name, part)] : []));
  return { variable: { name, value: value.join('') }, helpers };
}

/** The schema has refused what stands for nothing; what nobody provides stops the app elsewhere. */
function partFor(placeholder: string, app: Workload, { environment, domain }: Surroundings): Part {
  const meaning = meaningOf(placeholder, app.uses);
  if ('problem' in meaning) return { text: '' };
  if (meaning.kind === 'name') return { text: app.name };
  if (meaning.kind === 'hostname') return { text: domain === undefined ? app.name : `${app.name}.${domain}` };
  const { resource, output } = meaning;
  const use = app.uses[resource];
  if (!use || unprovided(use, environment)) return { text: '' };
  const found = outputOf(app.name, resource, use, output, environment);
  return 'text' in found ? found : { ...found, name: `__${resource.replaceAll('-', '_')}__${output}` };
}

/** Texts side by side as one: what must be escaped may begin in one and end in the next. */
function joined(parts: readonly Part[]): Part[] {
  const all: Part[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (last && 'text' in last && 'text' in part) all[all.length - 1] = { text: last.text + part.text };
    else all.push(part);
  }
  return all;
}

function reference(name: string, { secret, key }: { readonly secret: string; readonly key: string }): EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

function byName(a: EnvVar, b: EnvVar): number {
  return a.name < b.name ? -1 : 1;
}

/**
 * The text so that the container gets it as it was written: Kubernetes replaces `$(NAME)` by a variable and `$$` by one dollar.
 * A dollar right before a reference would take its brace away.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function literal(text: string, beforeReference = false): string {
  return text.replaceAll(beforeReference ? /\$(?=[$(]|$)/g : /\$(?=[$(])/g, '$$$$');
}
