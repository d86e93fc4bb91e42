import { EVENT_ID, type Event, getScalarValue, type YAMLException } from 'js-yaml';

/** Why a text is not one YAML document that can be read as it was meant: where, what is wrong, and what to do. */
export interface YamlFault {
  readonly offset: number;
  readonly problem: string;
  readonly fix: string;
}

/** What a parser lets pass and this project does not. */
export function findFault(text: string, events: readonly Event[]): YamlFault | undefined {
  const garbled = text.indexOf('\ufffd');
  if (garbled >= 0) return { offset: garbled, ...NO_TEXT };
  const second = events.findIndex(({ type }, index) => index > 0 && type === EVENT_ID.DOCUMENT);
  if (second >= 0) {
    const offset = offsetOf(events[second + 1]) ?? text.length;
    return {
      offset,
      problem: 'A second document begins before this line.',
      fix: 'Put it into a file of its own, or remove "---".',
    };
  }
  // Reading goes past this key without a word, for it would replace what every object inherits from.
  const prototype = text.includes('__proto__')
    ? events.find((event) => event.type === EVENT_ID.SCALAR && getScalarValue(text, event) === '__proto__')
    : undefined;
  return (
    prototype && {
      offset: offsetOf(prototype) ?? 0,
      problem: 'The word "__proto__" is not possible.',
      fix: 'Write another.',
    }
  );
}

export function offsetOf(event: Event | undefined): number | undefined {
  const offset = event && ('valueStart' in event ? event.valueStart : 'start' in event ? event.start : -1);
  return offset === undefined || offset < 0 ? undefined : offset;
}

/** A parser's complaint in the words of somebody who only wanted to write a file. */
export function describeComplaint({ reason, mark }: YAMLException, text: string): YamlFault {
  const offset = Math.min(mark?.position ?? 0, text.trimEnd().length);
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const indentation = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  if (indentation.includes('\t')) return { offset, problem: 'A tab indents this line.', fix: 'Indent it with spaces.' };
  const word = /^[^\s:,[\]{}"']+/.exec(text.slice(offset))?.[0] ?? '';
  const [, describe] = COMPLAINTS.find(([pattern]) => pattern.test(reason)) ?? [];
  return { offset, ...(describe?.(word) ?? { problem: `No valid YAML: ${reason}.`, fix: 'Correct this line.' }) };
}

type Description = Omit<YamlFault, 'offset'>;

const NO_TEXT: Description = { problem: 'Holds characters that are no text.', fix: 'Save the file as UTF-8.' };

/** By what the parser says; `word` is what stands where it stopped. */
const COMPLAINTS: readonly (readonly [RegExp, (word: string) => Description])[] = [
  [/duplicated mapping key/, (word) => ({ problem: `The key "${word}" stands twice.`, fix: 'Remove one of the two.' })],
  [
    /unidentified alias/,
    (word) => ({
      problem: `"${word}" repeats what "&${word.slice(1)}" marks, and nothing is marked so.`,
      fix: 'Write the value itself, in quotes if it is a text that starts with "*".',
    }),
  ],
  [
    /unknown (scalar|mapping|sequence) tag|tag handle/,
    (word) => ({ problem: `The tag "${word}" has no meaning here.`, fix: 'Leave it out, or put the text in quotes.' }),
  ],
  [
    /end of the (stream|document) within a (double|single) quoted/,
    () => ({ problem: 'A quote is not closed.', fix: 'Close it.' }),
  ],
  [
    /within a flow collection|missed comma/,
    () => ({
      problem: 'A bracket or a brace is not closed, or a comma is missing.',
      fix: 'Close it, or write the comma.',
    }),
  ],
  [
    /complex keys/,
    () => ({
      problem: 'A list or a map stands where a name belongs.',
      fix: 'Write the value itself: "{{ … }}" is filled in by nobody.',
    }),
  ],
  [/null byte|non-printable/, () => NO_TEXT],
  [
    /indentation|separator is expected|implicit key|':' after a mapping key|block mapping/,
    () => ({
      problem: 'This line does not fit those above it.',
      fix: 'Indent it like its neighbours; put a text that holds ": " or begins with a sign such as "@" in quotes.',
    }),
  ],
];
