import type { IstioVersion } from './istio-versions';

/** Name of the mesh compartment and of its namespace. */
export const MESH = 'mesh';

/** The control plane's component: all revisions carry this label, because whoever may reach one may reach each. */
export const ISTIOD = 'istiod';

/** A control plane's revision: part of every name it has, so that two of them share none. `1-30-3`. */
export function revisionOf(version: IstioVersion): string {
  return version.replaceAll('.', '-');
}

/** Name of a control plane: of its release, its Deployment, its Service and its service account. */
export function istiodName(version: IstioVersion): string {
  return `${ISTIOD}-${revisionOf(version)}`;
}
