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
      problem: '"__proto__" is not possible here.',
      fix: 'Write another name.',
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
  const [, describe] = COMPLAINTS.find(([pattern]) => pattern.test(reason)) ?? [];
  const otherwise = { problem: `No valid YAML: ${reason}.`, fix: 'Correct this line.' };
  return { offset, ...(describe?.(text.slice(offset)) ?? otherwise) };
}

type Description = Omit<YamlFault, 'offset'>;

const NO_TEXT: Description = { problem: 'Holds characters that are no text.', fix: 'Save the file as UTF-8.' };

/** By what the parser says; `rest` is the text from where it stopped. */
const COMPLAINTS: readonly (readonly [RegExp, (rest: string) => Description])[] = [
  [
    /duplicated mapping key/,
    (rest) => ({
      problem: `The key "${firstOf(rest, /^[^\s:"'][^\n:"',{}]*/)}" stands twice.`,
      fix: 'Remove one of the two.',
    }),
  ],
  [
    /alias/,
    (rest) => ({
      problem: `"*${firstOf(rest, /^[^\s,\]}]+/)}" repeats what was marked with "&" before, and nothing was.`,
      fix: 'Write the value itself, in quotes if it is a text that starts with "*".',
    }),
  ],
  [
    /unknown \w+ tag|tag handle/,
    (rest) => ({
      problem: `The tag "${firstOf(rest, /^[^\s,\]}]+/)}" has no meaning here.`,
      fix: 'Leave it out, or put the text in quotes.',
    }),
  ],
  [
    /deficient indentation|within a (flow collection|(double|single) quoted)/,
    () => ({
      problem: 'A quote, a bracket or a brace is opened and not closed.',
      fix: 'Close it, on this line or above.',
    }),
  ],
  [/missed comma/, () => ({ problem: 'A comma is missing.', fix: 'Write it between the entries.' })],
  [
    /unknown escape/,
    () => ({
      problem: 'A backslash in double quotes stands before a sign that it does not change.',
      fix: 'Write two of them, or use single quotes.',
    }),
  ],
  [
    /complex keys/,
    () => ({
      problem: 'A list or a map stands where a name belongs.',
      fix: 'Write the value itself: nobody fills in "{{ … }}".',
    }),
  ],
  [/null byte|non-printable|valid JSON character/, () => NO_TEXT],
  [
    /indentation|separator is expected|implicit key|after a mapping key|block mapping/,
    () => ({
      problem: 'This line does not fit those above it.',
      fix: 'Indent it like its neighbours; put a text in quotes that holds ": " or begins with a sign such as "@".',
    }),
  ],
];

function firstOf(rest: string, pattern: RegExp): string {
  return pattern.exec(rest)?.[0]?.trim() ?? '';
}
