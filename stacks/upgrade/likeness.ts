import { changedFields } from '../diff/fields';

/**
 * Whether an object in a cluster is one version of it and not another. Only fields in which the versions differ are looked at:
 * whatever else a cluster adds or somebody changed is another question.
 *
 * @param version what it may be; `undefined`: not there
 * @param versions all that it may be
 * @param live the object in the cluster; `undefined`: not there
 */
export function isLike(version: object | undefined, versions: readonly (object | undefined)[], live: unknown): boolean {
  if (version === undefined || live === undefined) return version === live;
  const telling = versions.flatMap((other) => (other ? changedFields(version, other).map(({ path }) => path) : []));
  return !changedFields(version, live).some(
    ({ path, before }) =>
      telling.includes(path) ||
      // What a server adds inside of a field is not what tells versions apart.
      (before !== undefined && telling.some((field) => isWithin(path, field) || isWithin(field, path))),
  );
}

function isWithin(path: string, field: string): boolean {
  return path.startsWith(field) && /^[.[]/.test(path.slice(field.length));
}
