import type { EnvironmentInput } from '../../constructs/environment';
import { shared } from './_shared';

export default {
  ...shared,
  domain: 'dev.example.com',
  apiServer: { cidrs: ['10.10.0.10/32'] },
  certificates: { version: '1.21.1', issuer: { kind: 'self-signed' } },
  edge: { replicas: { min: 1, max: 1 } },
  rollouts: { version: '1.44.0', metrics: { kind: 'metrics' } },
  logging: { version: '0.149.0', nodes: 5, backend: { kind: 'loki', version: '18.11.0' } },
  telemetry: {
    version: '0.149.0',
    nodes: 5,
    metrics: { kind: 'metrics' },
    traces: { endpoint: 'https://traces.dev.example.com', cidrs: ['10.10.8.11/32'] },
  },
  metrics: { version: '88.5.3', disk: '5Gi', retentionDays: 3 },
  provisioners: {
    postgres: {
      default: {
        kind: 'in-cluster',
        image:
          'images.example.com/library/postgres:17.6@sha256:6f5e4d3c2b1a09f8e7d6c5b4a3928170615243f4e5d6c7b8a9908172635445f6',
        credentials: { kind: 'generated' },
      },
    },
  },
  allowInClusterStores: true,
  outside: { 'smtp.example.net': { cidrs: ['10.10.6.0/28'], ports: [587] } },
  delivery: { kind: 'none' },
  scale: { min: 1, max: 1 },
} satisfies EnvironmentInput;
