/**
 * What was found of objects before, for whoever judges many environments that hardly differ. It changes no verdict: an answer is
 * given again only for the very same object, which nobody may have changed since.
 */
export class Memory {
  private readonly answers = new Map<string, WeakMap<object, unknown>>();
  private readonly lasts = new Map<string, { readonly objects: readonly object[]; readonly answer: unknown }>();
  private readonly objects = new Map<string, { readonly text: string; readonly object: object }>();

  /** The answer to a question about an object. The question names everything else that the answer depends on. */
  recall<T>(question: string, object: object, find: () => T): T {
    const known = this.answers.get(question) ?? new WeakMap<object, unknown>();
    this.answers.set(question, known);
    if (!known.has(object)) known.set(object, find());
    return known.get(object) as T;
  }

  /** The last answer to a question, if it was asked of the very same objects, in the same order. */
  last<T>(question: string, objects: readonly object[], find: () => T): T {
    const last = this.lasts.get(question);
    const isSame = last?.objects.length === objects.length && objects.every((each, at) => each === last.objects[at]);
    if (last && isSame) return last.answer as T;
    const answer = find();
    this.lasts.set(question, { objects, answer });
    return answer;
  }

  /** An object that was here under this name and says the same, or else the given one. */
  same<T extends object>(name: string, object: T): T {
    const known = this.objects.get(name);
    if (known?.object === object) return object;
    const text = JSON.stringify(object);
    if (known?.text === text) return known.object as T;
    this.objects.set(name, { text, object });
    return object;
  }
}
