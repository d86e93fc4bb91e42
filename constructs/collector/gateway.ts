import type { Deployment } from 'kubernetes-types/apps/v1';
import type { Service } from 'kubernetes-types/core/v1';
import type { Compartment } from '../compartment';
import type { ContentManifest } from '../contents';
import { OTLP_PORTS, REVISION_HISTORY } from '../defaults';
import { appLabels, LABEL, mainPart } from '../labels';
import { disruptionBudget } from '../workload/disruption-budget';
import { spread } from '../workload/spread';
import { Collector } from './collector';
import { GATEWAY_REPLICAS } from './defaults';
import { type CollectorProps, podTemplate } from './pod';

/**
 * A collector that others send to. Creates its Deployment of two replicas, its Service and its disruption budget beside what
 * every collector has.
 *
 * It does not promise to keep what waits in a replica's queue when that replica moves to another node.
 */
export class Gateway extends Collector {
  constructor(compartment: Compartment, props: CollectorProps) {
    super(compartment, props);
    compartment.addContents(service(props.name, compartment), this);
    compartment.addContents(deployment(props, compartment), this);
    compartment.addContents(disruptionBudget(mainPart(props.name), compartment.namespace), this);
  }

  /** Where it accepts OTLP over gRPC, as other pods of the cluster name it. */
  get address(): string {
    return gatewayAddress(this.props.name, this.compartment.namespace);
  }
}

export function gatewayAddress(name: string, namespace: string): string {
  return `${name}.${namespace}.svc:${OTLP_PORTS.grpc}`;
}

function deployment(props: CollectorProps, compartment: Compartment): ContentManifest {
  const { name } = props;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: compartment.namespace, labels: appLabels(name, compartment.name) },
    spec: {
      replicas: GATEWAY_REPLICAS,
      revisionHistoryLimit: REVISION_HISTORY,
      selector: { matchLabels: { [LABEL.name]: name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: podTemplate(props, compartment, { topologySpreadConstraints: spread(mainPart(name)) }),
    },
  } satisfies Deployment;
}

function service(name: string, compartment: Compartment): ContentManifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: compartment.namespace, labels: appLabels(name, compartment.name) },
    spec: {
      type: 'ClusterIP',
      selector: { [LABEL.app]: name, [LABEL.component]: 'main' },
      ports: (['grpc', 'http'] as const).map((protocol) => ({
        name: protocol,
        appProtocol: protocol,
        protocol: 'TCP',
        port: OTLP_PORTS[protocol],
        targetPort: protocol,
      })),
    },
  } satisfies Service;
}
