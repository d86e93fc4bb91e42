import type { EnvironmentInput } from '../../constructs/environment';
import { shared } from './_shared';

export default {
  ...shared,
  follows: 'dev',
  domain: 'staging.example.com',
  apiServer: { cidrs: ['10.20.0.10/32'] },
  certificates: {
    version: '1.21.1',
    issuer: {
      kind: 'acme',
      server: 'https://acme-staging-v02.api.letsencrypt.org/directory',
      email: 'platform@example.com',
      cidrs: ['172.65.32.248/32'],
      dns: { kind: 'route53', region: 'eu-central-1', cidrs: ['10.20.9.0/28'] },
    },
  },
  edge: {},
  rollouts: {
    version: '1.44.0',
    metrics: { kind: 'outside', address: 'https://metrics.staging.example.com', cidrs: ['10.20.8.10/32'] },
    default: 'canary',
  },
  logging: {
    version: '0.149.0',
    backend: { kind: 'outside', endpoint: 'https://logs.staging.example.com/otlp', cidrs: ['10.20.8.12/32'] },
  },
  telemetry: {
    version: '0.149.0',
    metrics: { kind: 'outside', endpoint: 'https://metrics.staging.example.com/otlp', cidrs: ['10.20.8.10/32'] },
    traces: { endpoint: 'https://traces.staging.example.com/otlp', cidrs: ['10.20.8.11/32'] },
  },
  provisioners: {
    postgres: {
      default: { kind: 'existing', host: 'postgres.staging.example.com', port: 5432, cidrs: ['10.20.7.0/28'] },
    },
  },
  outside: { 'smtp.example.net': { cidrs: ['10.20.6.0/28'], ports: [587] } },
  delivery: { kind: 'argocd', repository: 'https://git.example.com/platform/rendered.git' },
} satisfies EnvironmentInput;
