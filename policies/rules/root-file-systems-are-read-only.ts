import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const rootFileSystemsAreReadOnly: CelRule = {
  id: 'root-file-systems-are-read-only',
  why: 'Whoever breaks into a writable container can leave a program behind.',
  see: 'https://kubernetes.io/docs/concepts/security/security-checklist/#pod-security',
  level: 'mandatory',
  on: WRITTEN,
  within: TENANTS,
  holds: `
    variables.windows || variables.containers.all(c,
    c.?securityContext.?readOnlyRootFilesystem.orValue(false))
  `,
  problem: 'A container can write to its root file system.',
  fix: 'Set securityContext.readOnlyRootFilesystem to true, and mount an emptyDir where it must write.',
};
