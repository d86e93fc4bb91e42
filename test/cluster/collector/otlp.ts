import { type Message, messages, readMessage, text } from './protobuf';

/** One line or span, as a backend gets it. */
export interface Arrival {
  /** A line's text, or a span's name. */
  readonly words: string;
  /** What the collector says about its origin: the attributes of the resource that are text. */
  readonly resource: Readonly<Record<string, string>>;
}

/**
 * The lines or spans of an export request. Both kinds of request have the same shape: resources, in them scopes, in them records.
 *
 * @param path the path that was asked for; it tells lines from spans
 * @see https://github.com/open-telemetry/opentelemetry-proto
 */
export function readExport(path: string, bytes: Buffer): readonly Arrival[] {
  const wordsOf = path.endsWith('/v1/logs') ? lineOf : nameOf;
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

function nameOf(span: Message): string {
  return text(span, 5);
}
