import { EVENT_ID, type Event, getScalarValue, load, parseEvents, YAMLException } from 'js-yaml';

type Path = readonly (string | number)[];

/** A YAML file as it was written: its value, and where in the file each part of it stands. */
export interface YamlSource {
  /** Path of the file as people call it. */
  readonly file: string;
  readonly value: unknown;
  /** `file:line` of the part at `path`, or of the deepest part of it that is there. */
  readonly place: (path: Path) => string;
}

/** A file that is no YAML: where, and what is wrong. */
export interface NoYaml {
  readonly place: string;
  readonly problem: string;
}

/** Reads one YAML 1.2 document. Duplicate keys and a second document are errors. */
export function readYaml(file: string, text: string): YamlSource | NoYaml {
  try {
    const value = load(text, { filename: file });
    return { file, value, place: (path) => `${file}:${lineOf(text, path)}` };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { place: `${file}:${(error.mark?.line ?? 0) + 1}`, problem: `No valid YAML: ${error.reason}.` };
  }
}

/** Parsed again on purpose: positions are needed only for what is wrong, and reading is quicker without them. */
function lineOf(text: string, path: Path): number {
  const offset = new Positions(text).find(path);
  return text.slice(0, offset).split('\n').length;
}

class Positions {
  private readonly events: Event[];
  private index = 0;

  constructor(private readonly text: string) {
    this.events = parseEvents(text, {});
  }

  /** Offset of the deepest part of `path` that the document holds. */
  find(path: Path): number {
    this.index = this.events.findIndex(({ type }) => type !== EVENT_ID.DOCUMENT);
    return this.descend(path, 0);
  }

  private descend([first, ...rest]: Path, own: number): number {
    const event = this.events[this.index];
    const start = event && 'start' in event ? event.start : own;
    if (first === undefined || !event) return own;
    this.index++;
    if (event.type === EVENT_ID.MAPPING) return this.descendMapping(String(first), rest, own);
    if (event.type === EVENT_ID.SEQUENCE) return this.descendSequence(Number(first), rest, start);
    return own;
  }

  private descendMapping(key: string, rest: Path, own: number): number {
    for (let event = this.events[this.index]; event && event.type !== EVENT_ID.POP; event = this.events[this.index]) {
      const isKey = event.type === EVENT_ID.SCALAR && getScalarValue(this.text, event) === key;
      const start = event.type === EVENT_ID.SCALAR ? event.valueStart : own;
      this.skip();
      if (isKey) return this.descend(rest, start);
      this.skip();
    }
    return own;
  }

  private descendSequence(wanted: number, rest: Path, own: number): number {
    for (let index = 0; this.events[this.index] && this.events[this.index]?.type !== EVENT_ID.POP; index++) {
      if (index === wanted) {
        const event = this.events[this.index];
        const start =
          event?.type === EVENT_ID.SCALAR ? event.valueStart : event && 'start' in event ? event.start : own;
        return this.descend(rest, start);
      }
      this.skip();
    }
    return own;
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
