import { type Companions, endsFirst } from './app/companions-spec';
import { isPersistent } from './app/disk-spec';
import { amountsOf } from './app/size-spec';
import type { AppSpec } from './app-spec';
import type { TenantProblem } from './calls';
import { type AppResources, COMPARTMENT_SIZES, SIDECAR, type Size } from './defaults';
import type { Environment } from './environment';
import { type RunningServer, serversOf } from './provisioners/provision';
import { bytes, cores, mebibytes } from './quantity';
import { strategyOf } from './rollouts/strategy';
import type { TenantSpec } from './tenant-spec';

/** What a compartment's quota counts. CPU in cores, memory and storage in MiB. */
export interface Room {
  readonly pods: number;
  readonly cpu: number;
  readonly memory: number;
  readonly memoryLimit: number;
  readonly volumes: number;
  readonly storage: number;
}

type Amount = keyof Room;

/** How what is needed is told beside what there is. */
const TOLD: Readonly<Record<Amount, (needed: number, room: number) => string>> = {
  pods: (needed, room) => `${needed} of ${room} pods`,
  cpu: (needed, room) => `${Math.ceil(needed * 10) / 10} of ${room} cores`,
  memory: (needed, room) => `${gibibytes(needed)} of ${gibibytes(room)} of memory`,
  memoryLimit: (needed, room) => `${gibibytes(needed)} of ${gibibytes(room)} of memory limits`,
  volumes: (needed, room) => `${needed} of ${room} persistent disks`,
  storage: (needed, room) => `${gibibytes(needed)} of ${gibibytes(room)} on persistent disks`,
};

const AMOUNTS = Object.keys(TOLD) as Amount[];

const SIZES = Object.keys(COMPARTMENT_SIZES) as Size[];

/** Pods of the next version beside all those of this one. */
const SURGE = 1;

const MEBIBYTE = 2 ** 20;

const NO_SIDECAR = { cpu: '0', memory: undefined, memoryLimit: undefined } as const;

/** The size of a tenant's compartment: the environment decides before the tenant. */
export function sizeOf({ name, size }: Pick<TenantSpec, 'name' | 'size'>, { sizes }: Pick<Environment, 'sizes'>): Size {
  return sizes[name] ?? size;
}

/** What a compartment of a size has room for. */
export function roomOf(size: Size): Room {
  const { pods, cpu, memory, memoryLimit, volumes, storage } = COMPARTMENT_SIZES[size];
  return {
    ...{ pods, volumes, cpu: cores(cpu) },
    ...{ memory: mebibytes(memory), memoryLimit: mebibytes(memoryLimit), storage: mebibytes(storage) },
  };
}

/**
 * What an app needs at the most: every replica at its maximum with its sidecar, its rollout under way, every job running. What
 * its quota does not hold, Kubernetes refuses when it comes to it: in the middle of a rollout, or under load.
 */
export function needsOf(app: AppSpec, environment: Environment): Room {
  return addUp(app, partsOf(app, environment), environment);
}

/** What an app always asks for: every replica at its minimum, no rollout, no job. */
export function atLeast(app: AppSpec, environment: Environment): Room {
  const least = (own = environment.scale) => own.min;
  const workers = Object.values(app.workers);
  const parts = [
    { pods: isPersistent(app) ? 1 : least(app.scale), size: app.size, companions: app.companions },
    ...workers.map((worker) => ({ pods: least(worker.scale), size: worker.size ?? app.size })),
  ];
  return addUp(app, parts, environment);
}

interface Pods {
  readonly pods: number;
  readonly size: AppSpec['size'];
  /** What runs beside it in each. @default - nothing */
  readonly companions?: Companions;
}

/** What the server of a data store needs, which is one pod. */
function serverNeeds({ size, disk }: RunningServer, environment: Environment): Room {
  return addUp({ disk: { data: disk } }, [{ pods: 1, size }], environment);
}

function addUp(app: Pick<AppSpec, 'disk'>, parts: readonly Pods[], environment: Environment): Room {
  const sidecar = environment.mesh ? SIDECAR : NO_SIDECAR;
  const sum = (amount: (resources: AppResources) => number) =>
    parts.reduce((total, { pods, size, companions }) => total + pods * ofPod(amount, size, companions), 0);
  const podsOf = parts.reduce((total, { pods }) => total + pods, 0);
  const disks = Object.values(app.disk).flatMap(({ persistent }) => persistent ?? []);
  return {
    pods: podsOf,
    cpu: sum(({ cpu }) => cores(cpu)) + podsOf * cores(sidecar.cpu),
    memory: sum(({ memory }) => bytes(memory) / MEBIBYTE) + podsOf * mebibytesOf(sidecar.memory),
    memoryLimit: sum(({ memory }) => bytes(memory) / MEBIBYTE) + podsOf * mebibytesOf(sidecar.memoryLimit),
    volumes: disks.length,
    storage: disks.reduce((total, disk) => total + mebibytes(disk), 0),
  };
}

/**
 * What one pod needs: its containers that run together, or, if that is more, one that ends before they start beside those that
 * have started already.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
function ofPod(
  amount: (resources: AppResources) => number,
  size: AppSpec['size'],
  companions: Companions = {},
): number {
  const amounts = (first: boolean) =>
    Object.values(companions).flatMap((each) => (endsFirst(each) === first ? [amount(amountsOf(each.size))] : []));
  const beside = amounts(false).reduce((total, each) => total + each, 0);
  return Math.max(amount(amountsOf(size)), ...amounts(true)) + beside;
}

/** Tenants whose apps may need more than their compartments have room for: how much more, and which size has it. */
export function tenantsWithoutRoom(tenants: readonly TenantSpec[], environment: Environment): TenantProblem[] {
  return tenants.flatMap((tenant) => {
    const apps = tenant.apps.map((app) => needsOf(app, environment));
    const servers = serversOf(tenant, environment).map((server) => serverNeeds(server, environment));
    const needs = [...apps, ...servers].reduce(plus, NOTHING);
    const size = sizeOf(tenant, environment);
    const room = roomOf(size);
    const missing = AMOUNTS.filter((amount) => needs[amount] > room[amount]);
    if (missing.length === 0) return [];
    const told = missing.map((amount) => TOLD[amount](needs[amount], room[amount]));
    const problem = `At the most, its apps need more than size ${size} has: ${told.join(', ')}.`;
    return [{ tenant: tenant.name, path: ['size'], problem, fix: advice(tenant, needs, environment) }];
  });
}

function advice({ name }: TenantSpec, needs: Room, { sizes }: Environment): string {
  const enough = SIZES.find((size) => AMOUNTS.every((amount) => needs[amount] <= roomOf(size)[amount]));
  if (enough === undefined)
    return 'Let its apps ask for less, or part them between two tenants: no size holds that much.';
  const where = sizes[name] === undefined ? `Write ${enough}` : `Have the environment say sizes.${name}: ${enough}`;
  return `${where}, or let its apps ask for less.`;
}

/** Everything that runs of an app, with the most pods that it can be. Whose requests are moved has two versions at full size. */
function partsOf(app: AppSpec, environment: Environment): Pods[] {
  const { scale } = environment;
  const replicas = (own = scale) => own.max + SURGE;
  const isShifted = strategyOf(app, app.expose === 'public', environment) !== 'rolling';
  const second = isShifted ? [{ pods: (app.scale ?? scale).max, size: app.size, companions: app.companions }] : [];
  return [
    { pods: isPersistent(app) ? 1 : replicas(app.scale), size: app.size, companions: app.companions },
    ...second,
    ...Object.values(app.workers).map((worker) => ({ pods: replicas(worker.scale), size: worker.size ?? app.size })),
    ...Object.values(app.jobs).map((job) => ({ pods: 1, size: job.size ?? app.size })),
  ];
}

const NOTHING: Room = { pods: 0, cpu: 0, memory: 0, memoryLimit: 0, volumes: 0, storage: 0 };

function plus(left: Room, right: Room): Room {
  const sums = AMOUNTS.map((amount) => [amount, left[amount] + right[amount]] as const);
  return { ...NOTHING, ...Object.fromEntries(sums) };
}

function mebibytesOf(amount: string | undefined): number {
  return amount === undefined ? 0 : mebibytes(amount);
}

function gibibytes(amount: number): string {
  return `${Math.ceil(amount / 1024)}Gi`;
}
