import type { Service } from 'kubernetes-types/core/v1';
import type { Workload } from '../app-spec';
import type { ContentManifest } from '../contents';
import { appLabels, mainPart, partSelector } from '../labels';

/** The name under which other apps call this one. Selects what serves traffic, and no pod of a job. */
export function service(app: Workload, port: number, namespace: string): ContentManifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: app.name, namespace, labels: appLabels(app.name, namespace) },
    spec: {
      type: 'ClusterIP',
      selector: partSelector(mainPart(app.name)),
      ports: [
        {
          name: app.protocol,
          appProtocol: app.protocol,
          protocol: 'TCP',
          port: app.servicePort ?? port,
          targetPort: app.protocol,
        },
      ],
    },
  } satisfies Service;
}
