import type { CelRule } from '../cel/rule';
import { authorizationPoliciesNameTheirSources } from './authorization-policies-name-their-sources';
import { autoscalersKeepTwoReplicas } from './autoscalers-keep-two-replicas';
import { bindingsGrantNoReadyMadeRoles } from './bindings-grant-no-ready-made-roles';
import { bytesAreNotTracked } from './bytes-are-not-tracked';
import { canariesCallTheirOwnNamespace } from './canaries-call-their-own-namespace';
import { canariesKeepWhatServes } from './canaries-keep-what-serves';
import { canariesLeaveFlaggerAsItIs } from './canaries-leave-flagger-as-it-is';
import { canariesLimitTheirTime } from './canaries-limit-their-time';
import { canariesMatchWhatCanBeMatched } from './canaries-match-what-can-be-matched';
import { certificatesOfTheClusterStayWithTheirWriters } from './certificates-of-the-cluster-stay-with-their-writers';
import { compartmentsEnforcePodSecurity } from './compartments-enforce-pod-security';
import { containersDoNotPoseAsTheMesh } from './containers-do-not-pose-as-the-mesh';
import { containersDoNotRunAsTheProxy } from './containers-do-not-run-as-the-proxy';
import { containersStateTheirNeeds } from './containers-state-their-needs';
import { disruptionBudgetsLetNodesDrain } from './disruption-budgets-let-nodes-drain';
import { gatewaysAdmitNamedNamespaces } from './gateways-admit-named-namespaces';
import { gatewaysHoldTheirOwnCertificates } from './gateways-hold-their-own-certificates';
import { imagesArePinnedByDigest } from './images-are-pinned-by-digest';
import { imagesComeFromTheTenantsRegistries } from './images-come-from-the-tenants-registries';
import { livenessAsksAnotherQuestion } from './liveness-asks-another-question';
import { memoryLimitsEqualRequests } from './memory-limits-equal-requests';
import { meshKeysStayWithThePlatform } from './mesh-keys-stay-with-the-platform';
import { metricTemplatesAskTheTenantsProxy } from './metric-templates-ask-the-tenants-proxy';
import { mutualTlsIsStrict } from './mutual-tls-is-strict';
import { networkPoliciesKeepTheWorldOut } from './network-policies-keep-the-world-out';
import { networkPoliciesNameTheirPeers } from './network-policies-name-their-peers';
import { nothingRunsInTheDefaultNamespace } from './nothing-runs-in-the-default-namespace';
import { podsCarryTheirAppsName } from './pods-carry-their-apps-name';
import { podsEndWithinAnHour } from './pods-end-within-an-hour';
import { podsKeepTheTenantsPriority } from './pods-keep-the-tenants-priority';
import { podsNameNoNode } from './pods-name-no-node';
import { podsRunAsTheirApp } from './pods-run-as-their-app';
import { podsTolerateNoTaints } from './pods-tolerate-no-taints';
import { rolesNameWhatTheyAllow } from './roles-name-what-they-allow';
import { rolesOpenNoBackDoors } from './roles-open-no-back-doors';
import { rootFileSystemsAreReadOnly } from './root-file-systems-are-read-only';
import { routesAttachToTheTenantsListener } from './routes-attach-to-the-tenants-listener';
import { routesLeadIntoTheirOwnNamespace } from './routes-lead-into-their-own-namespace';
import { routesLimitTheirTime } from './routes-limit-their-time';
import { routesStayBelowTheTenantsDomain } from './routes-stay-below-the-tenants-domain';
import { secretsHoldNoTokens } from './secrets-hold-no-tokens';
import { secretsStayOutOfVariables } from './secrets-stay-out-of-variables';
import { servicesAreClusterInternal } from './services-are-cluster-internal';
import { servicesClaimNoAddresses } from './services-claim-no-addresses';
import { servicesSelectPods } from './services-select-pods';
import { tokensAreMountedOnPurpose } from './tokens-are-mounted-on-purpose';

/** What the platform demands beyond the Pod Security Standards: workloads, then Services, routes, the rest by kind. */
export const PLATFORM_RULES: readonly CelRule[] = [
  imagesArePinnedByDigest,
  imagesComeFromTheTenantsRegistries,
  containersStateTheirNeeds,
  memoryLimitsEqualRequests,
  rootFileSystemsAreReadOnly,
  livenessAsksAnotherQuestion,
  tokensAreMountedOnPurpose,
  podsCarryTheirAppsName,
  nothingRunsInTheDefaultNamespace,
  secretsStayOutOfVariables,
  podsRunAsTheirApp,
  podsKeepTheTenantsPriority,
  podsNameNoNode,
  podsTolerateNoTaints,
  podsEndWithinAnHour,
  meshKeysStayWithThePlatform,
  containersDoNotPoseAsTheMesh,
  containersDoNotRunAsTheProxy,
  servicesAreClusterInternal,
  servicesClaimNoAddresses,
  servicesSelectPods,
  routesStayBelowTheTenantsDomain,
  routesAttachToTheTenantsListener,
  routesLimitTheirTime,
  routesLeadIntoTheirOwnNamespace,
  certificatesOfTheClusterStayWithTheirWriters,
  secretsHoldNoTokens,
  disruptionBudgetsLetNodesDrain,
  autoscalersKeepTwoReplicas,
  canariesLimitTheirTime,
  canariesCallTheirOwnNamespace,
  canariesMatchWhatCanBeMatched,
  canariesKeepWhatServes,
  canariesLeaveFlaggerAsItIs,
  bytesAreNotTracked,
  metricTemplatesAskTheTenantsProxy,
  networkPoliciesNameTheirPeers,
  networkPoliciesKeepTheWorldOut,
  authorizationPoliciesNameTheirSources,
  mutualTlsIsStrict,
  rolesNameWhatTheyAllow,
  rolesOpenNoBackDoors,
  bindingsGrantNoReadyMadeRoles,
  compartmentsEnforcePodSecurity,
  gatewaysHoldTheirOwnCertificates,
  gatewaysAdmitNamedNamespaces,
];
