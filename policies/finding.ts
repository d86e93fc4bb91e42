/** The result of a check. */
export interface Finding {
  /** Id of the rule, a sentence: `network-policies-never-mean-everything`. */
  readonly rule: string;
  /** What it is about: an object (`shop NetworkPolicy/web`) or a place in a file (`tenants/shop/web.score.yaml:14`). */
  readonly object: string;
  /** Where in it. @default '' - the whole of it */
  readonly path: string;
  /** A sentence that says what is wrong. */
  readonly problem: string;
  /** A sentence that says what to do. */
  readonly fix: string;
  /** The compartment that it concerns; `undefined`: the platform as a whole. */
  readonly compartment: string | undefined;
}

/** `tenants/shop/web.score.yaml:14 containers.main.image: Missing. Write a text.` */
export function formatFinding({ object, path, problem, fix }: Finding): string {
  return visible(`${path ? `${object} ${path}` : object}: ${[problem, fix].filter(Boolean).join(' ')}`);
}

/** A file may be called, or say, what steers a terminal or turns the direction in which text is read. */
function visible(text: string): string {
  return text.replaceAll(
    /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
