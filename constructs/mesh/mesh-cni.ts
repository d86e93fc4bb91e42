import type { Construct } from 'constructs';
import type { DaemonSet } from 'kubernetes-types/apps/v1';
import { Compartment } from '../compartment';
import { CNI_DEFAULTS, COMPARTMENT_SIZES } from '../defaults';
import { apiServer, appEnd } from '../end';
import { environmentOf } from '../environment';
import { LABEL } from '../labels';
import type { Manifest } from '../manifest';
import { Passage } from '../passage';
import { ChartRelease } from '../release';
import { istioChart, istioImage } from './istio-chart';
import type { IstioVersion } from './istio-versions';
import type { MeshSpec } from './mesh-spec';

const MESH_CNI = 'mesh-cni';
const CNI = 'cni';

/** Without it no pod with a sidecar starts on a node, so it outranks whatever a PriorityClass of our own could say. */
const PRIORITY_CLASS = 'system-node-critical';

/**
 * The compartment of the mesh's agent on every node, which leads meshed pods' traffic through their sidecars so that no pod
 * needs rights over its network. It alone is privileged, so it lies apart from the control planes.
 *
 * It follows the oldest live version: it works with that and with newer control planes, and moves when the old one ends.
 */
export class MeshCni extends Compartment {
  constructor(scope: Construct, { versions, cni }: MeshSpec) {
    const { owner, apiServer: server } = environmentOf(scope);
    super(scope, MESH_CNI, {
      plane: 'mesh',
      owner,
      size: cni.size,
      podSecurity: 'privileged',
      priorityClass: PRIORITY_CLASS,
    });
    const [oldest] = versions;
    new ChartRelease(this, {
      name: 'istio-cni',
      chart: istioChart('cni', oldest),
      values: {
        cniBinDir: cni.binDir,
        cniConfDir: cni.confDir,
        podLabels: { [LABEL.app]: CNI },
        resources: CNI_DEFAULTS.resources,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: CNI_DEFAULTS.maxUnavailable } },
        // Some providers let critical pods run outside kube-system only where a quota names their class.
        resourceQuotas: { enabled: true, pods: COMPARTMENT_SIZES[cni.size].pods },
        global: { networkPolicy: { enabled: false } },
      },
      runs: [daemonSet(oldest, cni)],
    });
    new Passage(this, {
      from: appEnd(this, CNI),
      to: apiServer,
      ports: [{ protocol: 'TCP', port: server.port }],
      why: 'the agent finds pods that started before it',
    });
  }
}

function daemonSet(version: IstioVersion, { binDir, confDir }: MeshSpec['cni']): Manifest {
  const hostPaths = [binDir, confDir, '/proc', '/var/run/istio-cni', '/var/run/netns'];
  const selector = { 'k8s-app': 'istio-cni-node' };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'istio-cni-node', namespace: MESH_CNI },
    spec: {
      selector: { matchLabels: selector },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: CNI_DEFAULTS.maxUnavailable } },
      template: {
        metadata: { labels: { ...selector, [LABEL.app]: CNI, 'sidecar.istio.io/inject': 'false' } },
        spec: {
          serviceAccountName: 'istio-cni',
          priorityClassName: PRIORITY_CLASS,
          containers: [
            {
              name: 'install-cni',
              image: istioImage('install-cni', version),
              ports: [{ name: 'metrics', containerPort: 15_014, protocol: 'TCP' }],
              resources: CNI_DEFAULTS.resources,
              securityContext: {
                privileged: false,
                runAsNonRoot: false,
                runAsUser: 0,
                capabilities: {
                  drop: ['ALL'],
                  add: ['NET_ADMIN', 'NET_RAW', 'SYS_PTRACE', 'SYS_ADMIN', 'DAC_OVERRIDE'],
                },
              },
            },
          ],
          volumes: hostPaths.map((path, index) => ({ name: `host-${index}`, hostPath: { path } })),
        },
      },
    },
  } satisfies DaemonSet;
}
