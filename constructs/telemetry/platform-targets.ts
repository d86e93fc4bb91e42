import { METRICS_PORT } from '../certificates/cert-manager';
import { OWN_METRICS_PORT } from '../collector/defaults';
import { MESH_PORTS } from '../defaults';
import { EDGE } from '../edge/gateway-name';
import { type AppEnd, componentByName, everyApp } from '../end';
import { ISTIOD, MESH } from '../mesh/revision';
import type { NonEmpty } from '../network/network-policy';

/** A part of the platform that tells of itself. */
export interface PlatformTarget {
  readonly compartment: string;
  /** Its component. @default - all of the compartment */
  readonly app?: string;
  readonly port: number;
  readonly path: string;
}

/** The agents' own compartment, whose gateways open their port themselves. */
const OWN: PlatformTarget = { compartment: 'telemetry', port: OWN_METRICS_PORT, path: '/metrics' };

/**
 * What agents scrape of the platform. Listed whether or not an environment has it, so that switching a part on or off changes
 * nothing here. None of these ports carries anybody's request.
 */
export const PLATFORM_TARGETS: NonEmpty<PlatformTarget> = [
  { compartment: 'certificates', port: METRICS_PORT, path: '/metrics' },
  { compartment: MESH, app: ISTIOD, port: MESH_PORTS.monitoring, path: '/metrics' },
  { compartment: EDGE, port: MESH_PORTS.scrape, path: '/stats/prometheus' },
  { compartment: 'logging', app: 'agent', port: OWN_METRICS_PORT, path: '/metrics' },
  OWN,
];

/** Those to which a passage leads out of the compartment. */
export const FOREIGN_TARGETS: readonly PlatformTarget[] = PLATFORM_TARGETS.filter((target) => target !== OWN);

/** The pods of a target, as the other end of a passage. */
export function endOf({ compartment, app }: PlatformTarget): AppEnd {
  return app === undefined
    ? everyApp({ name: compartment, mesh: 'none', absent: true })
    : componentByName(compartment, app);
}
