import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from './json';

/** Whether a label selector selects something with these labels. No selector and an empty one select everything. */
export function selects(selector: unknown, labels: Fields): boolean {
  const wanted = Object.entries(fieldsOf(at(selector, 'matchLabels')));
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    listOf(at(selector, 'matchExpressions')).every((expression) => holds(fieldsOf(expression), labels))
  );
}

function holds({ key, operator, values }: Fields, labels: Fields): boolean {
  const value = labels[textOf(key)];
  switch (operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'NotIn':
      return value === undefined || !textsOf(values).includes(textOf(value));
    default:
      return value !== undefined && textsOf(values).includes(textOf(value));
  }
}
