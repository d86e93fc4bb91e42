import { PLATFORM_TENANT, TENANT_LABEL } from '../collector/tenant-attribute';
import { ISTIOD } from '../mesh/revision';
import type { ChartValue } from '../release';

interface Alert {
  readonly name: string;
  readonly expr: string;
  /** How long it must hold. */
  readonly for: `${number}m`;
  readonly severity: 'critical' | 'warning';
  /** What is wrong, and what comes of it. */
  readonly summary: string;
}

const OF_PLATFORM = `${TENANT_LABEL}="${PLATFORM_TENANT}"`;

/** Certificates are renewed 30 days before their end, so that one with 21 left has failed to be for nine. */
const CERTIFICATES: readonly Alert[] = [
  {
    name: 'CertificateEndsSoon',
    expr: `min by (exported_namespace, name) (certmanager_certificate_expiration_timestamp_seconds{${OF_PLATFORM}}) - time() < 21 * 86400`,
    for: '60m',
    severity: 'critical',
    summary: 'A certificate was not renewed. When it ends its domain answers nobody.',
  },
  {
    name: 'CertificateIsNotReady',
    expr: `max by (exported_namespace, name) (certmanager_certificate_ready_status{${OF_PLATFORM},condition="False"}) == 1`,
    for: '60m',
    severity: 'warning',
    summary: 'A certificate cannot be made. Until it is, its domain answers nobody, or with an old one.',
  },
];

const OBSERVERS: readonly Alert[] = [
  {
    name: 'CollectorLosesData',
    expr: `sum by (namespace, job, exporter) (rate({__name__=~"otelcol_exporter_(enqueue|send)_failed_.+_total",${OF_PLATFORM}}[10m])) > 0`,
    for: '10m',
    severity: 'warning',
    summary: 'A collector drops what a backend does not take: that is slow or away.',
  },
  {
    name: 'CollectorRefusesData',
    expr: `sum by (namespace, job) (rate({__name__=~"otelcol_receiver_refused_.+_total",${OF_PLATFORM}}[10m])) > 0`,
    for: '10m',
    severity: 'warning',
    summary: 'A collector refuses what it is sent: its queue or its memory is full.',
  },
  {
    name: 'PlatformPartDoesNotAnswer',
    expr: `up{${OF_PLATFORM}} == 0`,
    for: '15m',
    severity: 'warning',
    summary: 'A part of the platform answers no scrape.',
  },
];

/** Nothing is scraped of what is gone, so that it is away is known only where it must be there. */
const MESH: readonly Alert[] = [
  {
    name: 'NoControlPlaneAnswers',
    expr: `absent(up{${OF_PLATFORM},job="${ISTIOD}"} == 1)`,
    for: '5m',
    severity: 'critical',
    summary: 'No control plane of the mesh answers. What runs goes on; no pod with a sidecar starts, no route changes.',
  },
];

/**
 * Alerts about the platform's own parts, which the Prometheus of this compartment works out. They fire there, as the metric
 * `ALERTS`, for whoever asks the platform's proxy: nobody is sent a message. The texts hold no variable, which the chart might
 * take for one of its own; what is meant stands in the labels.
 *
 * @param hasMesh whether the environment has control planes to miss
 */
export function alerts(hasMesh: boolean): ChartValue {
  const groups = { certificates: CERTIFICATES, observers: OBSERVERS, ...(hasMesh ? { mesh: MESH } : {}) };
  return {
    platform: {
      groups: Object.entries(groups).map(([name, rules]) => ({ name, interval: '60s', rules: rules.map(ruleOf) })),
    },
  };
}

/** The label is the tenant's, without which no proxy would show the alert. */
function ruleOf({ name, expr, for: duration, severity, summary }: Alert): ChartValue {
  const labels = { severity, [TENANT_LABEL]: PLATFORM_TENANT };
  return { alert: name, expr, for: duration, labels, annotations: { summary } };
}
