import type { EnvironmentInput } from '../../constructs/environment';
import { shared } from './_shared';

export default {
  ...shared,
  // Upgrades of the mesh reach shop first, then everybody else, and the edge last.
  mesh: { ...shared.mesh, tags: { canary: '1.30.3', stable: '1.30.3', edge: '1.30.3' } },
  rings: { canary: ['shop'] },
  follows: 'staging',
  domain: 'example.com',
  apiServer: { cidrs: ['10.30.0.10/32', '10.30.1.10/32', '10.30.2.10/32'] },
  certificates: {
    version: '1.21.1',
    issuer: {
      kind: 'acme',
      server: 'https://acme-v02.api.letsencrypt.org/directory',
      email: 'platform@example.com',
      cidrs: ['172.65.32.248/32'],
      dns: { kind: 'route53', region: 'eu-central-1', cidrs: ['10.30.9.0/28'] },
    },
  },
  edge: { replicas: { min: 3, max: 10 }, revisionTag: 'edge' },
  rollouts: {
    version: '1.44.0',
    metrics: { kind: 'outside', address: 'https://metrics.example.com', cidrs: ['10.30.8.10/32'] },
    default: 'canary',
  },
  logging: {
    version: '0.149.0',
    backend: { kind: 'outside', endpoint: 'https://logs.example.com/otlp', cidrs: ['10.30.8.12/32'] },
  },
  telemetry: {
    version: '0.149.0',
    metrics: { kind: 'outside', endpoint: 'https://metrics.example.com/otlp', cidrs: ['10.30.8.10/32'] },
    traces: { endpoint: 'https://traces.example.com/otlp', cidrs: ['10.30.8.11/32'] },
  },
  provisioners: {
    postgres: {
      default: { kind: 'existing', host: 'postgres.example.com', port: 5432, cidrs: ['10.30.7.0/28'] },
    },
  },
  registries: ['images.example.com/'],
  outside: { 'smtp.example.net': { cidrs: ['10.30.6.0/28'], ports: [587] } },
  delivery: { kind: 'flux', source: 'rendered' },
  scale: { min: 3, max: 12 },
} satisfies EnvironmentInput;
