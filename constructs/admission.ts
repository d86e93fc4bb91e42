import type { Construct } from 'constructs';
import { CompartmentRoot } from './compartment-root';
import type { Manifest } from './manifest';

/**
 * The compartment of what the API server refuses, whoever asks: ValidatingAdmissionPolicies and their bindings, which belong to
 * the cluster as a whole. It has no namespace, and creates nothing but what it is given.
 *
 * It does not promise that a policy bites as soon as it stands: the API server takes about a second to read it. The
 * `AdmissionProbe` tells when.
 */
export class Admission extends CompartmentRoot {
  constructor(scope: Construct, policies: readonly Manifest[]) {
    super(scope, 'policy', 'policy', undefined);
    for (const manifest of policies) this.bound(manifest);
  }
}
