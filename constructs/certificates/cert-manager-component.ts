import type { Component } from '../component';
import { CERT_MANAGER_VERSIONS } from './certificates-spec';

/** cert-manager, whose CRDs come with its chart. Certificates that are there stay valid while it is away. */
export const CERT_MANAGER_COMPONENT: Component = {
  title: 'cert-manager',
  versions: CERT_MANAGER_VERSIONS,
  reach: { minors: 1, source: 'https://cert-manager.io/docs/installation/upgrade/' },
  budget: { compartments: ['certificates'], rings: 0, why: 'certificates are used by the edge and made elsewhere' },
  behaviours: [],
  oneWays: [],
  waits: ['its webhook answers and every Certificate is Ready, as before'],
};
