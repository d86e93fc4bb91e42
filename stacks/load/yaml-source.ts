import {
  CORE_SCHEMA,
  constructFromEvents,
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  YAMLException,
} from 'js-yaml';
import { describeComplaint, findFault, offsetOf, type YamlFault } from './yaml-fault';

type Path = readonly (string | number)[];

/** A YAML file as it was written: its value, and where in the file each part of it stands. */
export interface YamlSource {
  readonly value: unknown;
  /** `file:line` of the part at `path`, or of the deepest part of it that is there. */
  readonly place: (path: Path) => string;
}

/** A file that is no YAML: where, what is wrong, and what to do. */
export interface NoYaml {
  readonly place: string;
  readonly problem: string;
  readonly fix: string;
}

/** Reads one YAML 1.2 document; an empty file reads as `null`. Duplicate keys and a second document are errors. */
export function readYaml(file: string, text: string): YamlSource | NoYaml {
  const lines = new Lines(text);
  const placeOf = (offset: number) => `${file}:${lines.at(offset)}`;
  const refuse = ({ offset, problem, fix }: YamlFault) => ({ place: placeOf(offset), problem, fix });
  try {
    const events = parseEvents(text, {});
    const fault = findFault(text, events);
    if (fault) return refuse(fault);
    const [value = null] = constructFromEvents(events, { source: text, schema: CORE_SCHEMA });
    return { value, place: (path) => placeOf(new Positions(text, events).find(path)) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return refuse(describeComplaint(error, text));
  }
}

/** The lines of a text, looked up only when there is something to say of one. */
class Lines {
  private ends: readonly number[] | undefined;

  constructor(private readonly text: string) {}

  /** The number of the line that holds an offset, from 1. */
  at(offset: number): number {
    this.ends ??= [...this.text.matchAll(/\n/g)].map(({ index }) => index);
    let [low, high] = [0, this.ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ends[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }
}

/** Walks the events of one document along a path. */
class Positions {
  private index = 0;

  constructor(
    private readonly text: string,
    private readonly events: readonly Event[],
  ) {}

  /** Offset of the deepest part of `path` that the document holds; a member of a map stands where its key does. */
  find(path: Path): number {
    this.index = this.events.findIndex(({ type }) => type !== EVENT_ID.DOCUMENT);
    return this.descend(path, 0);
  }

  private descend([first, ...rest]: Path, own: number): number {
    const event = this.events[this.index];
    if (first === undefined || !event) return own;
    this.index++;
    if (event.type === EVENT_ID.MAPPING) return this.descendMapping(String(first), rest, own);
    if (event.type === EVENT_ID.SEQUENCE) return this.descendSequence(Number(first), rest, own);
    return own;
  }

  private descendMapping(key: string, rest: Path, own: number): number {
    for (let event = this.next(); event; event = this.next()) {
      const isKey = event.type === EVENT_ID.SCALAR && getScalarValue(this.text, event) === key;
      this.skip();
      if (isKey) return this.descend(rest, offsetOf(event) ?? own);
      this.skip();
    }
    return own;
  }

  private descendSequence(wanted: number, rest: Path, own: number): number {
    for (let index = 0, event = this.next(); event; index++, event = this.next()) {
      if (index === wanted) return this.descend(rest, offsetOf(event) ?? own);
      this.skip();
    }
    return own;
  }

  /** The event of what comes next in this list or map, unless it ends here. */
  private next(): Event | undefined {
    const event = this.events[this.index];
    return event?.type === EVENT_ID.POP ? undefined : event;
  }

  /** Goes past one whole value. */
  private skip(): void {
    let depth = 0;
    do {
      const type = this.events[this.index++]?.type;
      if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++;
      else if (type === EVENT_ID.POP) depth--;
    } while (depth > 0 && this.index < this.events.length);
  }
}
