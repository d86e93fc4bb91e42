import { App as Cdk8sApp } from 'cdk8s';
import { Admission } from './admission';
import { AdmissionProbe } from './admission-probe';
import { agreeCalls, type Call } from './calls';
import { Certificates } from './certificates';
import { issuerReference } from './certificates/issuer';
import type { CompartmentRoot } from './compartment-root';
import { Delivery } from './delivery';
import { sharedDomains } from './domains';
import { Edge } from './edge';
import { bindEnvironment, type Environment, type EnvironmentInput, environmentSchema } from './environment';
import { firstOf, putFirst } from './first';
import { formatPath } from './input/problem';
import { parseInput } from './input/read-input';
import { Logging } from './logging';
import type { Manifest } from './manifest';
import { GatewayApi } from './mesh/gateway-api';
import { Mesh } from './mesh/mesh';
import { MeshCni } from './mesh/mesh-cni';
import { Metrics } from './metrics';
import { sharedPartNames } from './part-names';
import { Passage } from './passage';
import { isObserving, Planes } from './planes';
import { contradictions } from './provisioners/provision';
import { edgeTag } from './rings';
import { Rollouts } from './rollouts';
import { takenNames } from './taken-names';
import { Telemetry } from './telemetry';
import { domainOf, Tenant } from './tenant';
import type { TenantSpec } from './tenant-spec';

/**
 * Completes an environment that is written in code.
 * @throws {ProblemsError} when something is not valid; the message lists every problem with its path
 */
export function defineEnvironment(input: EnvironmentInput): Environment {
  return parseInput(environmentSchema, input, 'environment');
}

export interface PlatformProps {
  readonly environment: Environment;
  /** @default - none: the platform compartments alone */
  readonly tenants?: readonly TenantSpec[];
  /** The calls to open. @default - those on which the tenants agree; a call that only one end declares is a problem */
  readonly calls?: readonly Call[];
  /** What the API server is to refuse, as `admissionPolicies` makes it. @default - nothing but what it refuses by itself */
  readonly admission?: readonly Manifest[];
}

/**
 * The whole platform of one environment, as the root of a construct tree: its compartments in the order in which they are
 * delivered, then the tenants and every passage on which both ends agree. Add compartments of your own below it: they come
 * after what every compartment needs first.
 *
 * It writes nothing; hand it to `plan`.
 */
export class Platform extends Cdk8sApp {
  readonly planes: Planes;
  /** There only if it was given something to refuse; then every compartment but `delivery` waits until that is refused. */
  readonly admission: Admission | undefined;
  readonly delivery: Delivery;
  /** There only if the environment has a mesh. */
  readonly gatewayApi: GatewayApi | undefined;
  /** There only if the environment has one. */
  readonly mesh: Mesh | undefined;
  /** There only if the environment has them; likewise the next two. */
  readonly certificates: Certificates | undefined;
  readonly edge: Edge | undefined;
  readonly rollouts: Rollouts | undefined;
  readonly tenants: ReadonlyMap<string, Tenant>;

  constructor({ environment, tenants = [], calls, admission = [] }: PlatformProps) {
    super();
    bindEnvironment(this, environment);
    this.planes = new Planes(this);
    // Its pods name a priority. What delivers, and so carries a repair, waits for nothing else.
    putFirst(this, () => [this.planes]);
    this.delivery = new Delivery(this, environment.owner);
    this.admission = this.addAdmission(environment, admission);
    if (environment.mesh) {
      this.gatewayApi = new GatewayApi(this, environment.mesh.gatewayApi).after(...firstOf(this, 'mesh'));
      this.mesh = new Mesh(this, environment.mesh).after(this.gatewayApi);
      new MeshCni(this, environment.mesh).after(this.mesh);
    }
    const sorted = tenants.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.certificates = this.addCertificates(environment);
    this.edge = this.addEdge(environment, sorted);
    this.rollouts = this.addRollouts(environment);
    this.tenants = new Map(sorted.map((spec) => [spec.name, this.addTenant(spec)]));

    this.addObservers(environment, [...this.tenants.keys()]);

    const agreement = agreeCalls(sorted, new Set());
    for (const call of calls ?? agreement.calls) this.openCall(call);
    const problems = [
      ...sharedDomains(sorted),
      ...takenNames(sorted, environment),
      ...sharedPartNames(sorted, environment),
      ...sorted.flatMap(contradictions),
      ...(calls ? [] : agreement.problems),
    ];
    this.node.addValidation({
      validate: () =>
        problems.map(({ tenant, app, path, problem, fix }) =>
          [`tenants ${tenant}${app ? `/${app}` : ''} ${formatPath(path)}:`, problem, fix].join(' '),
        ),
    });
  }

  /** Whatever comes later waits until its objects are judged; but what only observes waits for nothing that could be held up. */
  private addAdmission({ owner }: Environment, policies: readonly Manifest[]): Admission | undefined {
    if (policies.length === 0) return undefined;
    const admission = new Admission(this, policies);
    const probe = new AdmissionProbe(this, owner, policies).after(admission);
    putFirst(this, (plane) => [this.planes, isObserving(plane) ? admission : probe]);
    return admission;
  }

  private addCertificates({ certificates, owner }: Environment): Certificates | undefined {
    return certificates && new Certificates(this, owner, certificates);
  }

  /** The schema has refused an edge without mesh and certificates. */
  private addEdge(environment: Environment, tenants: readonly TenantSpec[]): Edge | undefined {
    const { edge, mesh, certificates, owner } = environment;
    if (!edge || !mesh || !certificates) return undefined;
    return new Edge(this, {
      ...{
        owner,
        section: edge,
        revisionTag: edgeTag(environment) ?? mesh.revisionTag,
        issuer: issuerReference(certificates.issuer),
      },
      tenants: tenants.map((tenant) => ({ name: tenant.name, domain: domainOf(tenant, environment) })),
    }).after(...present(this.certificates, this.mesh));
  }

  private addRollouts({ rollouts, owner }: Environment): Rollouts | undefined {
    return rollouts && new Rollouts(this, owner, rollouts).after(...present(this.gatewayApi));
  }

  /** Whatever only observes. Nobody comes after it, and it comes after nobody but what everybody does. */
  private addObservers({ logging, telemetry, metrics }: Environment, tenants: readonly string[]): void {
    if (logging) new Logging(this, { spec: logging, tenants });
    if (telemetry) new Telemetry(this, { spec: telemetry, tenants });
    if (metrics) new Metrics(this, { spec: metrics, tenants });
  }

  private addTenant(spec: TenantSpec): Tenant {
    this.delivery.addDeliverer(spec.name);
    const tenant = new Tenant(this, spec, this.delivery.name).after(...present(this.edge));
    for (const app of spec.apps) if (app.expose === 'public') this.expose(tenant, app.name);
    return tenant;
  }

  private expose(tenant: Tenant, name: string): void {
    const app = tenant.apps.get(name);
    if (!this.edge || app?.workload.port === undefined) return;
    new Passage(this, {
      from: this.edge.gatewayOf(tenant.name),
      to: app.end,
      ports: [{ protocol: 'TCP', port: app.workload.port }],
      why: `${tenant.name}/${name} is public`,
    });
  }

  private openCall({ caller, callee, why, whyAccepted }: Call): void {
    const from = this.tenants.get(caller.tenant)?.apps.get(caller.app);
    const to = this.tenants.get(callee.tenant)?.apps.get(callee.app);
    if (!from || !to) return;
    new Passage(this, {
      from: from.end,
      to: to.end,
      ports: [{ protocol: 'TCP', port: callee.port }],
      why,
      whyAccepted,
    });
  }
}

/** Those compartments that this environment has. */
function present(...compartments: readonly (CompartmentRoot | undefined)[]): CompartmentRoot[] {
  return compartments.flatMap((compartment) => compartment ?? []);
}
