import { agentsMoveFewNodesAtATime } from './agents-move-few-nodes-at-a-time';
import { agentsTaxNodesLittle } from './agents-tax-nodes-little';
import { agentsWatchTheirOwnNode } from './agents-watch-their-own-node';
import { appsStartWithoutObservers } from './apps-start-without-observers';
import { autoscalersNeedNoObservers } from './autoscalers-need-no-observers';
import { backendsHearThePlatformAlone } from './backends-hear-the-platform-alone';
import { callersAreNamed } from './callers-are-named';
import { canariesCanBeFollowed } from './canaries-can-be-followed';
import { collectorConfigurationsCanBeRead } from './collector-configurations-can-be-read';
import { collectorsOutliveTheirBackends } from './collectors-outlive-their-backends';
import { collectorsShedLoadFirst } from './collectors-shed-load-first';
import { compartmentsHaveBudgets } from './compartments-have-budgets';
import { deadBackendsHoldNobodyUp } from './dead-backends-hold-nobody-up';
import { everyTenantHasItsOwnWayOut } from './every-tenant-has-its-own-way-out';
import type { Invariant } from './invariant';
import { logReadersKeepTheirPlace } from './log-readers-keep-their-place';
import { manifestsHoldNoSecretValues } from './manifests-hold-no-secret-values';
import { namespacesAreClosedByDefault } from './namespaces-are-closed-by-default';
import { networkPoliciesNeverMeanEverything } from './network-policies-never-mean-everything';
import { noTenantDrownsTheMetrics } from './no-tenant-drowns-the-metrics';
import { noWebhookHoldsUpObservers } from './no-webhook-holds-up-observers';
import { nothingMovesUnlessItsPinMoves } from './nothing-moves-unless-its-pin-moves';
import { nothingWaitsForObservers } from './nothing-waits-for-observers';
import { observersAdmitNothing } from './observers-admit-nothing';
import { observersAreBounded } from './observers-are-bounded';
import { observersBuffersAreBounded } from './observers-buffers-are-bounded';
import { observersDecideNoRequest } from './observers-decide-no-request';
import { observersHaveNoSidecars } from './observers-have-no-sidecars';
import { observersKeepToTheirOwnCompartments } from './observers-keep-to-their-own-compartments';
import { observersNeverHoldUpADrain } from './observers-never-hold-up-a-drain';
import { observersOpenNothingOnTheNode } from './observers-open-nothing-on-the-node';
import { observersQueueApart } from './observers-queue-apart';
import { observersReadAndNeverWrite } from './observers-read-and-never-write';
import { observersStirNoProxies } from './observers-stir-no-proxies';
import { observersTouchLittleOfTheNode } from './observers-touch-little-of-the-node';
import { observersYieldToEveryone } from './observers-yield-to-everyone';
import { oneTelemetrySpeaksForANamespace } from './one-telemetry-speaks-for-a-namespace';
import { queuesSurviveOnBoundedDisks } from './queues-survive-on-bounded-disks';
import { rightsStayInTheirCompartment } from './rights-stay-in-their-compartment';
import { sidecarPortsAreForObservers } from './sidecar-ports-are-for-observers';
import { telemetryProvidersExist } from './telemetry-providers-exist';
import { tenantsAreKnownByWhereTheyAre } from './tenants-are-known-by-where-they-are';
import { tenantsCannotRewriteTheMesh } from './tenants-cannot-rewrite-the-mesh';
import { tenantsLiveWithoutObservers } from './tenants-live-without-observers';
import { tenantsReachOnlyTheirOwnCollectors } from './tenants-reach-only-their-own-collectors';
import { theRequestPathComesFirst } from './the-request-path-comes-first';

/** What keeps compartments apart, and so the table of contents of this folder. */
export const INVARIANTS: readonly Invariant[] = [
  namespacesAreClosedByDefault,
  networkPoliciesNeverMeanEverything,
  callersAreNamed,
  observersKeepToTheirOwnCompartments,
  observersAreBounded,
  observersBuffersAreBounded,
  observersYieldToEveryone,
  theRequestPathComesFirst,
  observersAdmitNothing,
  noWebhookHoldsUpObservers,
  observersHaveNoSidecars,
  observersDecideNoRequest,
  telemetryProvidersExist,
  oneTelemetrySpeaksForANamespace,
  tenantsCannotRewriteTheMesh,
  rightsStayInTheirCompartment,
  manifestsHoldNoSecretValues,
  canariesCanBeFollowed,
  appsStartWithoutObservers,
  nothingWaitsForObservers,
  collectorConfigurationsCanBeRead,
  collectorsShedLoadFirst,
  deadBackendsHoldNobodyUp,
  queuesSurviveOnBoundedDisks,
  logReadersKeepTheirPlace,
  collectorsOutliveTheirBackends,
  everyTenantHasItsOwnWayOut,
  tenantsAreKnownByWhereTheyAre,
  observersOpenNothingOnTheNode,
  observersTouchLittleOfTheNode,
  tenantsReachOnlyTheirOwnCollectors,
  backendsHearThePlatformAlone,
  tenantsLiveWithoutObservers,
  compartmentsHaveBudgets,
  agentsTaxNodesLittle,
  observersQueueApart,
  observersReadAndNeverWrite,
  agentsWatchTheirOwnNode,
  observersNeverHoldUpADrain,
  agentsMoveFewNodesAtATime,
  autoscalersNeedNoObservers,
  observersStirNoProxies,
  sidecarPortsAreForObservers,
  noTenantDrownsTheMetrics,
  nothingMovesUnlessItsPinMoves,
];
