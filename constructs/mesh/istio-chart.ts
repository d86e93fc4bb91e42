import type { Chart } from '../release';
import type { IstioVersion } from './istio-versions';

/** @see https://istio.io/latest/docs/setup/install/helm/ */
const REPOSITORY = 'https://istio-release.storage.googleapis.com/charts';

/** One of Istio's own charts, which are published together, one version for all. */
export function istioChart(name: 'base' | 'istiod' | 'cni', version: IstioVersion): Chart {
  return { repository: REPOSITORY, name, version };
}

/** An image that these charts run when nobody says otherwise. */
export function istioImage(name: 'pilot' | 'install-cni', version: IstioVersion): string {
  return `registry.istio.io/release/${name}:${version}`;
}
