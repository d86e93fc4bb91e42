import type { CelRule } from '../cel/rule';
import { apparmorConfinesContainers } from './apparmor-confines-containers';
import { containersAddHarmlessCapabilitiesOnly } from './containers-add-harmless-capabilities-only';
import { containersAreNotPrivileged } from './containers-are-not-privileged';
import { containersDropAllCapabilities } from './containers-drop-all-capabilities';
import { containersGainNoPrivileges } from './containers-gain-no-privileges';
import { containersRunAsNonRoot } from './containers-run-as-non-root';
import { containersTakeNoHostPorts } from './containers-take-no-host-ports';
import { podsAreNoHostProcesses } from './pods-are-no-host-processes';
import { podsStayOutOfHostNamespaces } from './pods-stay-out-of-host-namespaces';
import { probesNameNoHost } from './probes-name-no-host';
import { procIsMasked } from './proc-is-masked';
import { procIsMaskedInUserNamespacesToo } from './proc-is-masked-in-user-namespaces-too';
import { seccompIsNotSwitchedOff } from './seccomp-is-not-switched-off';
import { seccompIsSwitchedOn } from './seccomp-is-switched-on';
import { selinuxTypesAreThoseOfContainers } from './selinux-types-are-those-of-containers';
import { sysctlsAreSafe } from './sysctls-are-safe';
import { usersAreNotRoot } from './users-are-not-root';
import { volumesAreOfSafeKinds } from './volumes-are-of-safe-kinds';
import { volumesMountNoHostPath } from './volumes-mount-no-host-path';

/**
 * The Pod Security Standards, both levels in full, as the version reads that the environment pins. Twelve of *baseline* come first.
 * Pod Security admission enforces the same on pods; as rules they are told to whoever writes a Deployment, before it has no pods.
 */
export const POD_SECURITY: readonly CelRule[] = [
  podsStayOutOfHostNamespaces,
  containersAreNotPrivileged,
  containersAddHarmlessCapabilitiesOnly,
  volumesMountNoHostPath,
  containersTakeNoHostPorts,
  probesNameNoHost,
  apparmorConfinesContainers,
  selinuxTypesAreThoseOfContainers,
  sysctlsAreSafe,
  procIsMasked,
  podsAreNoHostProcesses,
  seccompIsNotSwitchedOff,
  volumesAreOfSafeKinds,
  containersGainNoPrivileges,
  containersDropAllCapabilities,
  containersRunAsNonRoot,
  usersAreNotRoot,
  seccompIsSwitchedOn,
  procIsMaskedInUserNamespacesToo,
];
