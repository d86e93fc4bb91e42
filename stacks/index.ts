/** Bulkhead as a library: build a platform, plan it, hand the plan to an output. */
export { App, defineApp } from '../constructs/app';
export type { AppSpec, AppSpecInput, Workload, WorkloadInput } from '../constructs/app-spec';
export { Compartment, type CompartmentProps } from '../constructs/compartment';
export { CompartmentRoot } from '../constructs/compartment-root';
export type { ContentManifest, Half } from '../constructs/contents';
export type { Plane, Size } from '../constructs/defaults';
export {
  type AppEnd,
  apiServer,
  appEnd,
  type ClusterEnd,
  componentByName,
  dns,
  type End,
  everyApp,
  type OutsideEnd,
  outside,
} from '../constructs/end';
export type { Environment, EnvironmentInput } from '../constructs/environment';
export { type Problem, ProblemsError } from '../constructs/input/problem';
export type { Manifest } from '../constructs/manifest';
export type { MeshMode } from '../constructs/mesh/mesh-mode';
export { Passage, type PassageProps } from '../constructs/passage';
export { defineEnvironment, Platform, type PlatformProps } from '../constructs/platform';
export {
  type Chart,
  ChartRelease,
  type ChartReleaseProps,
  ManifestRelease,
  type ManifestReleaseProps,
  type SourceFolder,
} from '../constructs/release';
export { defineTenant, Tenant } from '../constructs/tenant';
export type { TenantSpec, TenantSpecInput } from '../constructs/tenant-spec';
export { checkManifests } from '../policies';
export { type AdmissionProps, admissionPolicies } from '../policies/cel/admission';
export { CEL_RULES, type CheckProps, checkRules } from '../policies/cel/check';
export type { Exemption } from '../policies/cel/exemption';
export type { CelRule } from '../policies/cel/rule';
export { type Finding, formatFinding } from '../policies/finding';
export type { Proof } from '../policies/reachability/prove';
export { emitYaml, type Json } from './emit/yaml';
export { type LoadedEnvironment, loadEnvironment } from './load/environments';
export { type LoadedTenant, loadTenants } from './load/tenants';
export { withDelivery } from './outputs/gitops/delivery';
export { gitopsTree } from './outputs/gitops/tree';
export { type Folder, type TreeChanges, writeTree } from './outputs/gitops/write-tree';
export { manifestsOf, PlanError, plan, runsOf } from './plan';
export type { Plan, PlannedCompartment, PlannedManifest, PlannedRelease } from './planned';
export { proofOf } from './proof';
export type { BlastRadius, Notice, Restart } from './upgrade/blast-radius';
export { type Pins, pinsOf } from './upgrade/pins';
export { readRequest } from './upgrade/request';
export type { Step } from './upgrade/steps';
export { planUpgrade, type TakenStep, type UpgradePlan, type UpgradeProps } from './upgrade/upgrade';
