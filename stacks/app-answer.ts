import { endsFirst, startOrder } from '../constructs/app/companions-spec';
import { isPersistent } from '../constructs/app/disk-spec';
import { type Health, healthOf } from '../constructs/app/health-spec';
import { amountsOf } from '../constructs/app/size-spec';
import type { AppSpec } from '../constructs/app-spec';
import { DRAIN_SECONDS, JOBS, ROLLOUT, SCRATCH } from '../constructs/defaults';
import { EDGE } from '../constructs/edge/gateway-name';
import { describeEnd, type End } from '../constructs/end';
import type { Environment } from '../constructs/environment';
import type { PassageProps } from '../constructs/passage';
import { type Shifting, strategyOf } from '../constructs/rollouts/strategy';
import { domainOf } from '../constructs/tenant';
import { atLeast, needsOf, type Room, roomOf, sizeOf } from '../constructs/tenant-room';
import type { TenantSpec } from '../constructs/tenant-spec';
import type { Plan } from './planned';

/** One app in one environment. */
export interface AnsweredApp {
  readonly environment: Environment;
  readonly plan: Plan;
  readonly tenant: TenantSpec;
  readonly app: AppSpec;
}

/** A line of the answer: what it is about, and what is so. */
export type AnswerLine = readonly [about: string, answer: string];

/** What an app's file gives its developers in an environment, line by line. */
export function answerFor(asked: AnsweredApp): AnswerLine[] {
  return [
    ...addresses(asked),
    ...lines('called by', asked.plan.passages.filter(({ to }) => isApp(to, asked)).map(describeCaller)),
    ...lines('calls', asked.plan.passages.filter(({ from }) => isApp(from, asked)).map(describeCallee)),
    ...lines('runs', runs(asked)),
    ...lines('limits', limits(asked)),
    ...lines('rollout', rollout(asked)),
    ...lines('asks for', costs(asked)),
  ];
}

/** What it is about stands once. */
function lines(about: string, answers: readonly string[]): AnswerLine[] {
  const told = answers.length > 0 ? answers : ['nobody'];
  return told.map((answer, index) => [index === 0 ? about : '', answer]);
}

function addresses({ environment, tenant, app }: AnsweredApp): AnswerLine[] {
  if (app.port === undefined) return [['address', 'none: it listens on no port']];
  const port = app.servicePort ?? app.port;
  const scheme = app.protocol === 'tcp' ? '' : 'http://';
  const within = `${scheme}${app.name}.${tenant.name}${scheme !== '' && port === 80 ? '' : `:${port}`}`;
  const isPublic = app.expose === 'public' && environment.edge !== undefined;
  const nowhere = app.expose === 'public' ? 'none: this environment has no edge' : 'none: expose is internal';
  return [
    ['address', isPublic ? `https://${app.name}.${domainOf(tenant, environment)}` : nowhere],
    ['', `${within} within the cluster`],
  ];
}

function isApp(end: End, { tenant, app }: AnsweredApp): boolean {
  return end.kind === 'app' && end.app === app.name && end.compartment.name === tenant.name;
}

function describeCaller({ from, ports, why, whyAccepted }: PassageProps): string {
  const isEdge = from.kind === 'app' && from.compartment.name === EDGE;
  return isEdge
    ? `clients from outside, through the edge`
    : `${describeEnd(from)} on ${describePorts(ports)}: ${whyAccepted ?? why}`;
}

function describeCallee({ to, ports, why }: PassageProps): string {
  return `${describeEnd(to)} on ${describePorts(ports)}: ${why}`;
}

function describePorts(ports: PassageProps['ports']): string {
  return ports.map(({ port, protocol }) => (protocol === 'TCP' ? `${port}` : `${port}/${protocol}`)).join(', ');
}

function runs({ environment, app }: AnsweredApp): string[] {
  const replicas = ({ min, max, cpu } = environment.scale) =>
    min === max ? `${min} of` : `${min} to ${max}, one more when the CPU of all is above ${cpu} %, of`;
  return [
    `${isPersistent(app) ? '1 of' : replicas(app.scale)} ${describeSize(app.size)}`,
    ...startOrder(app.companions).flatMap((name) => {
      const companion = app.companions[name];
      if (!companion) return [];
      return `${endsFirst(companion) ? 'first' : 'with'} ${name} in each pod: ${describeSize(companion.size)}`;
    }),
    ...Object.entries(app.workers).map(
      ([name, { scale, size = app.size }]) => `worker ${name}: ${replicas(scale)} ${describeSize(size)}`,
    ),
    ...Object.entries(app.jobs).map(([name, job]) => {
      const when = job.beforeRelease
        ? 'before every release'
        : job.schedule === undefined
          ? 'once a version'
          : `at "${job.schedule}" UTC`;
      return `job ${name}: ${when}, for at most ${duration(job.timeoutSeconds)}, up to ${JOBS.retries + 1} attempts`;
    }),
  ];
}

function describeSize(size: AppSpec['size']): string {
  const { cpu, memory } = amountsOf(size);
  return typeof size === 'string' ? `size ${size} (${cpu} CPU, ${memory})` : `${cpu} CPU, ${memory}`;
}

function limits({ app }: AnsweredApp): string[] {
  const disks = Object.entries(app.disk).filter(([path]) => path !== '/tmp');
  return [
    `${amountsOf(app.size).memory} of memory a replica, above which it is killed; CPU is not limited`,
    `${app.disk['/tmp']?.scratch ?? SCRATCH.tmp} to write in /tmp${disks.length === 0 ? ', and nowhere else' : ''}`,
    ...disks.map(([path, { scratch, persistent }]) =>
      persistent === undefined
        ? `${path}: ${scratch}, empty at every start`
        : `${path}: ${persistent}, which stays and has one writer`,
    ),
    ...(app.port === undefined ? [] : [`${duration(app.timeout)} for one request from outside`]),
  ];
}

/** What it is asked before it counts as ready; of a worker, which has no port, only a command can ask. */
function askedOf({ health: written, port }: AppSpec): Health | undefined {
  const health = healthOf(written);
  const isCommand = typeof health?.ready === 'object' && 'exec' in health.ready;
  return port === undefined && !isCommand ? undefined : health;
}

function rollout({ environment, app }: AnsweredApp): string[] {
  const stop = `${duration(DRAIN_SECONDS)} to drain, then ${duration(app.timeout)} to finish`;
  const asked = askedOf(app);
  const patience = asked?.startupSeconds ?? 0;
  const start = asked ? `${duration(patience)} to be ready` : 'is not asked whether it is ready';
  // Nobody waits where people apply the tree by hand; Pulumi does, from the same environment.
  const unless = environment.delivery.kind === 'none' ? ', by Pulumi; by hand, as long as you wait for it' : '';
  const before = Object.entries(app.jobs).flatMap(([name, { beforeRelease, timeoutSeconds }]) =>
    beforeRelease
      ? `first job ${name}, at most ${duration(timeoutSeconds)}; if it fails, nothing else changes${unless}`
      : [],
  );
  if (isPersistent(app)) {
    const gap = duration(DRAIN_SECONDS + app.timeout + patience);
    return [...before, `stops (${stop}), then starts (${start}): away for at most ${gap}`];
  }
  const strategy = strategyOf(app, app.expose === 'public', environment);
  if (strategy !== 'rolling') return [...before, ...shifting(app, strategy)];
  const { min } = app.scale ?? environment.scale;
  const most = asked ? `, so at most ${duration(min * patience)} for ${min}` : '';
  return [
    ...before,
    `one replica more at a time: the new one ${asked ? 'has' : ''} ${start}${most}`.replace('  ', ' '),
    `then an old one goes: ${stop}`,
  ];
}

/** How requests move to a new version that stands beside the old one, in looks of a minute each. */
function shifting({ sticky, slo }: AppSpec, strategy: Shifting): string[] {
  const { canary, blueGreen, ab, threshold, interval } = ROLLOUT;
  const back = `goes back after ${threshold} looks with less than ${slo.successRate} % of requests answered well or, of 100, one above ${slo.p99ms} ms`;
  const beside = 'the new version starts beside the old one';
  if (strategy === 'canary') {
    const steps = canary.maxWeight / canary.stepWeight;
    const stays = sticky ? '; a visitor whom it served stays with it' : '';
    const pace = `gets ${canary.stepWeight} % of requests more every ${interval}, up to ${canary.maxWeight} %${stays}`;
    return [`${beside} and ${pace}`, `after ${steps} looks, ${interval} apart, it gets all`, back];
  }
  if (strategy === 'blueGreen')
    return [`${beside}, and after ${blueGreen.iterations} looks, ${interval} apart, gets all requests`, back];
  const { header, cookie } = strategy.ab;
  const who = header ? `header ${header.name}: ${header.value}` : `cookie ${cookie?.name}=${cookie?.value}`;
  return [`${beside}, for visitors with ${who}; after ${ab.iterations} looks, ${interval} apart, for all`, back];
}

function costs({ environment, tenant, app }: AnsweredApp): string[] {
  const size = sizeOf(tenant, environment);
  const room = roomOf(size);
  const sidecars = environment.mesh ? ', sidecars included' : '';
  return [
    `${describeRoom(atLeast(app, environment))} at the least${sidecars}`,
    `${describeRoom(needsOf(app, environment))} at the most, of the ${describeRoom(room)} that all of ${tenant.name} has (size ${size})`,
  ];
}

function describeRoom({ cpu, memory, pods }: Room): string {
  const inPods = pods === 1 ? '1 pod' : `${pods} pods`;
  return `${Math.round(cpu * 100) / 100} CPU, ${Math.round((memory / 1024) * 10) / 10}Gi in ${inPods}`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${Math.round((seconds / 60) * 10) / 10} min`;
}
