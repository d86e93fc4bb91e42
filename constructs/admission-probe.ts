import type { Construct } from 'constructs';
import { Compartment } from './compartment';
import { fingerprint } from './fingerprint';
import { LABEL } from './labels';
import type { Manifest } from './manifest';
import { ManifestObject } from './manifest-object';

/** Name of the compartment and of its namespace. */
export const PROBE = 'policy-probe';

/** On what is to be refused: the mark of the policies that are to do it. */
export const PROBE_LABEL = 'bulkhead.dev/probe';

/**
 * The compartment that asks the API server whether it refuses what it is to refuse. Creates a policy that refuses one pod, which
 * comes after all of `policies`, and a ReplicaSet that wants that pod. The API server reads all policies together, so once this
 * pod is refused, all of them bite: then the ReplicaSet says `ReplicaFailure`, with a message that ends with `probeMark`.
 *
 * No pod ever runs, and no image is pulled: a pod that slips in while the policy does not bite yet names a node that is not
 * there, is collected for that within about a minute, and is asked for again. Where several API servers run, one of them is
 * asked; each reads what is written within about a second.
 */
export class AdmissionProbe extends Compartment {
  constructor(scope: Construct, owner: string, policies: readonly Manifest[]) {
    super(scope, PROBE, { plane: 'policy', owner });
    const mark = probeMark(policies);
    this.addBoundary(policy(mark));
    this.addBoundary(binding());
    new ManifestObject(this, replicaSet(mark, this.priorityClassName));
  }
}

/** Tells one set of policies from another: a refusal by those of yesterday proves nothing of today's. */
function probeMark(policies: readonly Manifest[]): string {
  return fingerprint(JSON.stringify(policies)).slice(0, 8);
}

const POLICY = 'bulkhead.probe';

function policy(mark: string): Manifest {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: POLICY },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      },
      validations: [
        // Other marks are let in, so that nobody is refused by an older policy and takes it for this one.
        {
          expression: `object.metadata.?labels[?'${PROBE_LABEL}'].orValue('') != '${mark}'`,
          message: `The policies of ${mark} bite.`,
        },
      ],
    },
  };
}

function binding(): Manifest {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: POLICY },
    spec: {
      policyName: POLICY,
      matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': PROBE } } },
      validationActions: ['Deny'],
    },
  };
}

/** Named by its mark: the condition of a ReplicaSet keeps the words of the first refusal for as long as it is refused. */
function replicaSet(mark: string, priorityClassName: string): Manifest {
  const labels = { [LABEL.app]: 'probe', [PROBE_LABEL]: mark };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `probe-${mark}`, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: neverRuns(priorityClassName) },
    },
  };
}

/** Nothing but the policy may refuse it: it keeps the restricted Pod Security Standard and the compartment's quota. */
function neverRuns(priorityClassName: string): object {
  return {
    priorityClassName,
    nodeName: 'not-there',
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'never-runs',
        image: `never.invalid/runs@sha256:${'0'.repeat(64)}`,
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        },
        resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { memory: '1Mi' } },
      },
    ],
  };
}
