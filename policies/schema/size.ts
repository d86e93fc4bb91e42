import type { Manifest } from '../manifest';
import type { Complaint } from '../rule';

/**
 * Bytes. A cluster's store takes requests of at most 1.5 MiB, and the server adds to an object who set which field of it.
 * @see https://etcd.io/docs/v3.6/dev-guide/limit/
 */
const LARGEST = 1024 * 1024;

const APP = 'bulkhead.dev/app';

/** What is wrong with an object that no cluster could store. */
export function sizeComplaint(manifest: Manifest): Complaint | undefined {
  const size = Buffer.byteLength(JSON.stringify(manifest));
  if (size <= LARGEST) return undefined;
  const app = manifest.metadata.labels?.[APP];
  return {
    path: '',
    problem: `Is ${(size / LARGEST).toFixed(1)} MiB large, and only what is no larger than 1 MiB is sure to be stored.`,
    fix: `${app === undefined ? 'Have it hold less' : `Have app ${app} say less`}: move what is large into an image.`,
  };
}
