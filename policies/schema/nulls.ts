import type { Manifest } from '../manifest';

/** Where Go decodes, null means "not set": everywhere but in custom resources, and there in the metadata. */
export function withoutNulls(manifest: Manifest, isCustom: boolean): unknown {
  return isCustom ? { ...manifest, metadata: unset(manifest.metadata) } : unset(manifest);
}

function unset(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unset);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== null)
      .map(([key, part]) => [key, unset(part)]),
  );
}
