import type { Deployment } from 'kubernetes-types/apps/v1';
import { LABEL } from '../labels';
import type { Manifest } from '../manifest';

export interface UpstreamDeploymentProps {
  readonly name: string;
  readonly namespace: string;
  /** The component: its label and service account. */
  readonly app: string;
  readonly image: string;
  readonly replicas: number;
  readonly priorityClassName: string;
  /** CPU request. */
  readonly cpu: string;
  /** Memory request and limit. */
  readonly memory: string;
  /** Ports by name. */
  readonly ports: Readonly<Record<string, number>>;
}

/** A Deployment that a release will make with the values that we give it, as far as checks must know it. */
export function upstreamDeployment(props: UpstreamDeploymentProps): Manifest {
  const { name, namespace, app, image, replicas, priorityClassName, cpu, memory, ports } = props;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: { [LABEL.app]: app } },
      template: {
        metadata: { labels: { [LABEL.app]: app } },
        spec: {
          serviceAccountName: app,
          priorityClassName,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: app,
              image,
              ports: Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort })),
              resources: { requests: { cpu, memory }, limits: { memory } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  } satisfies Deployment;
}
