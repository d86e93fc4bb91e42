import type { Deployment } from 'kubernetes-types/apps/v1';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2';
import type { Service, ServicePort } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { ISTIOD_DEFAULTS, MESH_PORTS } from '../defaults';
import { LABEL } from '../labels';
import type { Manifest } from '../manifest';
import type { ChartReleaseProps } from '../release';
import { istioChart, istioImage } from './istio-chart';
import type { IstioVersion } from './istio-versions';
import { type IstiodProps, type IstiodValues, istiodValues } from './istiod-values';
import { ISTIOD, istiodName, MESH, revisionOf } from './revision';
import { injector, validator, WILLING, WITHOUT_REVISION } from './webhooks';

/** The release of one control plane, under a name that holds its revision: another one beside it shares no object with it. */
export function istiodRelease(props: IstiodProps): ChartReleaseProps {
  const { version, priorityClassName } = props;
  const values = istiodValues(props);
  return {
    name: istiodName(version),
    chart: istioChart('istiod', version),
    values,
    runs: [
      deployment(version, priorityClassName),
      meshConfig(version, values),
      service(version),
      autoscaler(version),
      disruptionBudget(version),
      ownInjector(version),
      validator(`istio-validator-${revisionOf(version)}-${MESH}`, 'rev.validation.istio.io', version, [
        { key: LABEL.revision, operator: 'In', values: [revisionOf(version)] },
      ]),
    ],
  };
}

/** The labels by which a control plane's Services find its pods. */
export function istiodSelector(version: IstioVersion): Record<string, string> {
  return { app: ISTIOD, [LABEL.revision]: revisionOf(version) };
}

/** What a control plane serves to sidecars and to the API server. */
export const ISTIOD_SERVICE_PORTS: readonly ServicePort[] = [
  { name: 'https-dns', protocol: 'TCP', port: MESH_PORTS.controlPlane },
  { name: 'https-webhook', protocol: 'TCP', port: 443, targetPort: MESH_PORTS.webhooks },
];

function deployment(version: IstioVersion, priorityClassName: string): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: istiodName(version), namespace: MESH },
    spec: {
      selector: { matchLabels: istiodSelector(version) },
      template: {
        metadata: {
          labels: { ...istiodSelector(version), [LABEL.app]: ISTIOD, 'sidecar.istio.io/inject': 'false' },
        },
        spec: {
          serviceAccountName: istiodName(version),
          priorityClassName,
          containers: [
            {
              name: 'discovery',
              image: istioImage('pilot', version),
              ports: [8080, 15_010, MESH_PORTS.controlPlane, MESH_PORTS.monitoring, MESH_PORTS.webhooks].map(
                (containerPort) => ({ containerPort, protocol: 'TCP' }),
              ),
              resources: ISTIOD_DEFAULTS.resources,
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                runAsNonRoot: true,
                capabilities: { drop: ['ALL'] },
                seccompProfile: { type: 'RuntimeDefault' },
              },
            },
          ],
        },
      },
    },
  } satisfies Deployment;
}

/** What the control plane is told of the mesh. The chart writes it as YAML; JSON is that too, and checks can read it. */
function meshConfig(version: IstioVersion, { meshConfig }: IstiodValues): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `istio-${revisionOf(version)}`, namespace: MESH },
    data: { mesh: JSON.stringify(meshConfig) },
  };
}

function service(version: IstioVersion): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: istiodName(version), namespace: MESH },
    spec: {
      selector: istiodSelector(version),
      ports: [
        { name: 'grpc-xds', protocol: 'TCP', port: 15_010 },
        ...ISTIOD_SERVICE_PORTS,
        { name: 'http-monitoring', protocol: 'TCP', port: MESH_PORTS.monitoring },
      ],
    },
  } satisfies Service;
}

function autoscaler(version: IstioVersion): Manifest {
  const name = istiodName(version);
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, namespace: MESH },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: ISTIOD_DEFAULTS.replicas.min,
      maxReplicas: ISTIOD_DEFAULTS.replicas.max,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
    },
  } satisfies HorizontalPodAutoscaler;
}

function disruptionBudget(version: IstioVersion): Manifest {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: istiodName(version), namespace: MESH },
    spec: { minAvailable: 1, selector: { matchLabels: istiodSelector(version) } },
  } satisfies PodDisruptionBudget;
}

/** For namespaces and pods that name a revision itself. Nobody here does: tenants name a tag. */
function ownInjector(version: IstioVersion): Manifest {
  const own = { key: LABEL.revision, operator: 'In', values: [revisionOf(version)] } as const;
  return injector({
    metadata: { name: `istio-sidecar-injector-${revisionOf(version)}-${MESH}` },
    version,
    selectors: {
      namespace: { namespaces: [{ ...own, values: [...own.values] }, WITHOUT_REVISION], pods: [WILLING] },
      object: {
        namespaces: [{ key: LABEL.revision, operator: 'DoesNotExist' }, WITHOUT_REVISION],
        pods: [WILLING, { ...own, values: [...own.values] }],
      },
    },
  });
}
