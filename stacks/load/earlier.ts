import { readdirSync, statSync } from 'node:fs';
import { type TenantSpec, tenantSpecSchema } from '../../constructs/tenant-spec';
import { readRecord } from '../outputs/gitops/write-tree';

/** What is known of what tenants were last rendered from. */
export interface Earlier {
  /** Tenants that were rendered, sorted. */
  readonly tenants: readonly string[];
  /** The tenant's last good word; `none` if it never was rendered, `lost` if it was and its word cannot be read. */
  readonly wordOf: (tenant: string) => TenantSpec | 'none' | 'lost';
  /** Apps, `shop/web`, that since then were switched in the cluster to the way in which they are to be served. @default - none */
  readonly switched?: readonly string[];
}

/** Where nothing is kept, nothing was. */
export const NOTHING_EARLIER: Earlier = { tenants: [], wordOf: () => 'none' };

/** What the tree at `root` keeps: each tenant's folder holds the word that it was rendered from. */
export function earlierIn(root: string): Earlier {
  const isFolder = statSync(root, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folders = isFolder ? readdirSync(root).sort() : [];
  const wordOf = (tenant: string) => (folders.includes(tenant) ? (readWord(root, tenant) ?? 'lost') : 'none');
  return { tenants: folders.filter((folder) => readWord(root, folder) !== undefined), wordOf };
}

function readWord(root: string, folder: string): TenantSpec | undefined {
  try {
    const read = tenantSpecSchema.safeParse(readRecord(root, folder)?.input);
    return read.success ? read.data : undefined;
  } catch {
    // A record that is no record: whoever writes the tree says so, with its place and what to do.
    return undefined;
  }
}
