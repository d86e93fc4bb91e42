import { type Message, messages, readMessage, text } from './protobuf';

/** One line, span or metric, as a backend gets it. */
export interface Arrival {
  /** A line's text, or the name of a span or a metric. */
  readonly words: string;
  /** What the collector says about its origin: the attributes of the resource that are text. */
  readonly resource: Readonly<Record<string, string>>;
}

/**
 * The lines, spans or metrics of an export request. All kinds of request have the same shape: resources, in them scopes, in them records.
 *
 * @param path the path that was asked for; it tells what they are
 * @see https://github.com/open-telemetry/opentelemetry-proto
 */
export function readExport(path: string, bytes: Buffer): readonly Arrival[] {
  const [, signal = 'traces'] = /\/v1\/(\w+)$/.exec(path) ?? [];
  const wordsOf = WORDS[signal] ?? spanOf;
  return messages(readMessage(bytes), 1).flatMap((group) => {
    const resource = attributesOf(group);
    const records = messages(group, 2).flatMap((scope) => messages(scope, 2));
    return records.map((record) => ({ words: wordsOf(record), resource }));
  });
}

function attributesOf(group: Message): Readonly<Record<string, string>> {
  const pairs = messages(group, 1).flatMap((resource) => messages(resource, 1));
  return Object.fromEntries(
    pairs.map((pair) => [
      text(pair, 1),
      messages(pair, 2)
        .map((value) => text(value, 1))
        .join(),
    ]),
  );
}

function lineOf(record: Message): string {
  return messages(record, 5)
    .map((body) => text(body, 1))
    .join();
}

function spanOf(span: Message): string {
  return text(span, 5);
}

function metricOf(metric: Message): string {
  return text(metric, 1);
}

const WORDS: Readonly<Record<string, (record: Message) => string>> = {
  logs: lineOf,
  traces: spanOf,
  metrics: metricOf,
};
