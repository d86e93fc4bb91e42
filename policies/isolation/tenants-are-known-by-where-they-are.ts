import { type Collector, named, type Part, type Pipeline } from './collector';
import type { Invariant } from './invariant';
import { at, fieldsOf, listOf, textOf } from './json';

/** Resource attributes by which a sender could pass for another. */
const CLAIMS = ['k8s.namespace.name', 'k8s.pod.name', 'k8s.pod.uid', 'tenant', 'bulkhead.tenant', 'bulkhead_tenant'];

/** Attributes of a data point by which a Prometheus takes it for another's, whatever its resource says. */
const LABEL_CLAIMS = ['bulkhead.tenant', 'bulkhead_tenant', 'bulkhead-tenant'];

/** A tenant is known by its files or its connection, never by what it says of itself. */
export const tenantsAreKnownByWhereTheyAre: Invariant = {
  id: 'tenants-are-known-by-where-they-are',
  why: "An app that writes another's name into its data fills the other's logs, or reads its bill.",
  how: 'Pipelines of OTLP drop k8s.* and tenant attributes of what comes in; nothing is routed, labelled or associated by attributes or headers; scrapes do not honor_labels.',
  *check({ collectors }) {
    for (const collector of collectors) {
      for (const pipeline of collector.pipelines) {
        for (const { context, kept } of keptClaims(pipeline, collector)) {
          if (kept.length === 0) continue;
          const problem = `It hands on what senders claim: ${kept.join(', ')}.`;
          const fix = `Delete these ${context} attributes by a transform.`;
          yield { manifest: collector.manifest, path: `${pipeline.path}.processors`, problem, fix };
        }
      }
      for (const { path, problem } of credulousParts(collector)) {
        yield { manifest: collector.manifest, path, problem, fix: 'Go by file path or connection.' };
      }
    }
  },
};

interface KeptClaims {
  readonly context: 'resource' | 'datapoint';
  readonly kept: readonly string[];
}

/** The claims that no processor of an OTLP pipeline deletes. */
function keptClaims({ path, receivers, processors }: Pipeline, { parts }: Collector): KeptClaims[] {
  if (!named(parts.receivers, receivers).some(({ type }) => type === 'otlp')) return [];
  const kept = (context: KeptClaims['context'], claims: readonly string[]): KeptClaims => {
    const deleted = named(parts.processors, processors).flatMap((part) => deletedKeys(part, context));
    return { context, kept: claims.filter((claim) => !deleted.some((key) => key.test(claim))) };
  };
  const isMetrics = /\[metrics[/\]]/.test(path);
  return [kept('resource', CLAIMS), ...(isMetrics ? [kept('datapoint', LABEL_CLAIMS)] : [])];
}

/** The attributes of a context that a processor deletes. */
function deletedKeys({ type, fields }: Part, context: string): RegExp[] {
  if (type === 'resource') {
    if (context !== 'resource') return [];
    const actions = listOf(fields.attributes).filter((action) => at(action, 'action') === 'delete');
    return actions.map((action) => regexOf(textOf(at(action, 'pattern')) || exactly(textOf(at(action, 'key')))));
  }
  const statements = Object.entries(fields)
    .filter(([key]) => key.endsWith('_statements'))
    .flatMap(([, groups]) => listOf(groups))
    .filter((group) => at(group, 'context') === context)
    .flatMap((group) => listOf(at(group, 'statements')));
  return statements.flatMap((statement) => {
    const text = textOf(statement);
    const [, pattern] = /^delete_matching_keys\((?:(?:resource|datapoint)\.)?attributes, "(.*)"\)$/.exec(text) ?? [];
    const [, key] = /^delete_key\((?:(?:resource|datapoint)\.)?attributes, "(.*)"\)$/.exec(text) ?? [];
    if (pattern !== undefined) return [regexOf(pattern.replaceAll('\\\\', '\\'))];
    return key === undefined ? [] : [regexOf(exactly(key))];
  });
}

function exactly(key: string): string {
  return `^${key.replaceAll('.', '\\.')}$`;
}

/** Of a pattern that only RE2 knows nothing is deleted for sure. */
function regexOf(pattern: string): RegExp {
  const [, flags = '', rest = ''] = /^(?:\(\?(i)\))?(.*)$/s.exec(pattern) ?? [];
  try {
    return new RegExp(rest, flags);
  } catch {
    return /^$/;
  }
}

/** Parts that go by what data or headers say. */
function credulousParts({ parts }: Collector): { readonly path: string; readonly problem: string }[] {
  const { connectors, processors, extensions, receivers } = parts;
  return [
    ...connectors.filter(isRouting).map(({ path }) => ({ path, problem: 'It sorts by what senders say.' })),
    ...extensions.filter(copiesHeaders).map(({ path }) => ({ path, problem: 'It sends on the headers of senders.' })),
    ...processors
      .filter(associatesByClaim)
      .map(({ path }) => ({ path, problem: 'It believes what senders say of their pod.' })),
    ...receivers.filter(honorsLabels).map(({ path }) => ({ path, problem: 'It lets what it scrapes name itself.' })),
    ...receivers.filter(parsesOwner).map(({ path }) => ({ path, problem: 'It takes the owner from the line.' })),
  ];
}

function isRouting({ type, fields }: Part): boolean {
  return type === 'routing' && /attributes\[|request\[/.test(JSON.stringify(fields));
}

function copiesHeaders({ type, fields }: Part): boolean {
  return type === 'headerssetter' && /from_context|from_attribute/.test(JSON.stringify(fields));
}

function associatesByClaim({ type, fields }: Part): boolean {
  if (type !== 'k8sattributes') return false;
  const sources = listOf(fields.pod_association).flatMap((rule) => listOf(at(rule, 'sources')));
  return sources.length === 0 || sources.some((source) => at(source, 'from') !== 'connection');
}

function honorsLabels({ type, fields }: Part): boolean {
  return (
    type === 'prometheus' &&
    listOf(at(fields, 'config', 'scrape_configs')).some((each) => at(each, 'honor_labels') === true)
  );
}

/** Whether an operator beside `container`, which goes by the file's path, writes to the resource. */
function parsesOwner({ type, fields }: Part): boolean {
  if (type !== 'filelog') return false;
  const others = listOf(fields.operators).filter((operator) => at(operator, 'type') !== 'container');
  return others
    .map(fieldsOf)
    .some(({ to, field, parse_to }) => [to, field, parse_to].some((target) => textOf(target).startsWith('resource')));
}
