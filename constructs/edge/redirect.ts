import type { ContentManifest } from '../contents';
import { HTTP_LISTENER } from './gateway';
import { EDGE } from './gateway-name';

/** Sends whoever asks by HTTP to HTTPS, whatever the hostname. The only route that HTTP has. */
export function redirect(gateways: readonly string[]): ContentManifest {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'to-https', namespace: EDGE },
    spec: {
      parentRefs: gateways.map((name) => ({ name, sectionName: HTTP_LISTENER })),
      rules: [
        {
          name: 'redirect',
          filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }],
        },
      ],
    },
  };
}
