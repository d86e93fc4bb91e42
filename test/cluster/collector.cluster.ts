import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listEnvironments } from '../../stacks/load/environments';
import { manifestsOf } from '../../stacks/plan';
import { type Answer, exportSpans, writeLines } from './collector/app';
import { Backend, type Temper } from './collector/backend';
import { Collector, type CollectorOptions } from './collector/collector';
import { platformWithCollectors } from './collector/platform';
import { type Pod, standInApiServer, standInMetrics } from './collector/pods';
import { renderedCollectors } from './collector/rendered-collectors';
import { complaintAbout } from './collector/validate';
import { eventually } from './eventually';
import { Processes } from './processes';
import { renderedPlan } from './rendered';
import { defaultMinor } from './versions';

const ENVIRONMENTS = join(__dirname, '..', '..', 'stacks', 'environments');
const BROKEN = join(__dirname, '..', 'broken', 'collector');
const OWNERS = ['payments', 'shop', 'platform'] as const;
const TEMPERS: readonly Temper[] = ['refuses', 'hangs'];

const collectors = renderedCollectors(platformWithCollectors());

describe('the real collector', () => {
  test.each(
    collectors.map((each) => [`${each.compartment}/${each.name}`, each.text]),
  )('accepts %s', async (_, text) => {
    expect(await complaintAbout(text)).toBeUndefined();
  });

  test.each(listEnvironments(ENVIRONMENTS))('accepts every collector of %s', async (environment) => {
    for (const { text } of renderedCollectors(manifestsOf(renderedPlan(environment, defaultMinor)))) {
      expect(await complaintAbout(text)).toBeUndefined();
    }
  });

  test.each(readdirSync(BROKEN))('refuses %s for the reason in its first line', async (file) => {
    const text = readFileSync(join(BROKEN, file), 'utf8');
    const [, reason = 'a reason in the first line'] = /^# (.*)/.exec(text) ?? [];
    expect(await complaintAbout(text)).toContain(reason);
  });
});

describe('the agent of logging', () => {
  beforeEach(open);
  afterEach(close);

  test.each(TEMPERS)('delivers every line of a tenant while another floods a backend that %s', async (temper) => {
    backends.payments.temper = temper;
    const agent = await start('logging', 'agent');
    const lines: string[] = [];
    const disk: number[] = [];
    const writeSome = () => {
      writeLines(rootOf('agent'), 'payments_web-1', numbered('x'.repeat(2000), 500));
      const some = numbered(`line ${lines.length}`, 10);
      writeLines(rootOf('agent'), 'shop_web-1', some);
      lines.push(...some);
      disk.push(agent.disk);
    };
    await eventually('the queue to be full', async () => {
      writeSome();
      return agent.log.includes('sending queue is full') || undefined;
    });
    for (let round = 0; round < 20; round++) {
      writeSome();
      await sleep(100);
    }
    await arrived(backends.shop, lines);
    expect(backends.payments.requests).toBeGreaterThan(0);
    expect(backends.payments.arrivals).toEqual([]);
    expect(Math.max(...disk)).toBeLessThan(1);
    expect(agent.peakMemory).toBeLessThan(1);
    expect(await agent.isHealthy()).toBe(true);
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('loses no line by %s and a new start', async (signal) => {
    backends.payments.temper = 'hangs';
    const agent = await start('logging', 'agent');
    const lines = numbered('line', 2000);
    writeLines(rootOf('agent'), 'payments_web-1', lines);
    await eventually('the lines to be sent', async () => backends.payments.requests > 0 || undefined);
    await agent.end(signal);
    backends.payments.temper = 'accepts';
    await start('logging', 'agent', 'agent-again');
    await arrived(backends.payments, lines);
  });

  test('knows the tenant of a line from the folder it lies in, whatever the line says', async () => {
    const forged = JSON.stringify({ tenant: 'shop', 'bulkhead.tenant': 'shop', 'k8s.namespace.name': 'shop' });
    writeLines(rootOf('agent'), 'payments_shop-1', [forged]);
    writeLines(rootOf('agent'), 'payments-shop_shop-1', [forged]);
    await start('logging', 'agent');
    await arrived(backends.payments, [forged]);
    await arrived(backends.platform, [forged]);
    expect(backends.payments.organisations).toEqual(new Set(['payments']));
    expect(backends.payments.arrivals.map(({ resource }) => resource)).toEqual([
      expect.objectContaining({ 'bulkhead.tenant': 'payments', 'k8s.namespace.name': 'payments' }),
    ]);
    expect(backends.platform.organisations).toEqual(new Set(['platform']));
    expect(backends.shop.requests).toBe(0);
  });
});

describe('the gateways of telemetry', () => {
  beforeEach(open);
  afterEach(close);

  test.each(
    TEMPERS,
  )('deliver every span of a tenant and answer another that floods a backend that %s', async (temper) => {
    backends.payments.temper = temper;
    const [flooded, other] = [await start('telemetry', 'gateway-payments'), await start('telemetry', 'gateway-shop')];
    const answers: Answer[] = [];
    const spans: string[] = [];
    const exportSome = async () => {
      const flood = Array.from({ length: 10 }, () => exportSpans(flooded.otlp, numbered('x'.repeat(1000), 200)));
      const some = numbered(`span ${spans.length}`, 10);
      spans.push(...some);
      expect((await exportSpans(other.otlp, some)).status).toBe(200);
      answers.push(...(await Promise.all(flood)));
    };
    await eventually('the queue to be full', async () => {
      await exportSome();
      return answers.some(({ status }) => status === 503) || undefined;
    });
    for (let round = 0; round < 20; round++) await exportSome();
    await arrived(backends.shop, spans);
    expect(answers.filter(({ status }) => status === undefined)).toEqual([]);
    expect(backends.payments.arrivals).toEqual([]);
    for (const gateway of [flooded, other]) {
      expect(gateway.disk).toBeLessThan(1);
      expect(gateway.peakMemory).toBeLessThan(1);
      expect(await gateway.isHealthy()).toBe(true);
    }
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('lose no accepted span by %s and a new start', async (signal) => {
    backends.payments.temper = 'hangs';
    const gateway = await start('telemetry', 'gateway-payments');
    const spans = numbered('span', 500);
    expect((await exportSpans(gateway.otlp, spans)).status).toBe(200);
    await gateway.end(signal);
    backends.payments.temper = 'accepts';
    await start('telemetry', 'gateway-payments', 'gateway-again');
    await arrived(backends.payments, spans);
  });

  test('say themselves whose a span is, whatever its headers and attributes claim', async () => {
    const gateway = await start('telemetry', 'gateway-payments');
    const resource = {
      tenant: 'shop',
      'bulkhead.tenant': 'shop',
      'k8s.namespace.name': 'shop',
      'k8s.pod.ip': '192.0.2.1',
    };
    await exportSpans(gateway.otlp, ['forged'], { headers: { 'X-Scope-OrgID': 'shop' }, resource });
    await arrived(backends.payments, ['forged']);
    expect(backends.payments.organisations).toEqual(new Set(['payments']));
    expect(backends.payments.arrivals.map(({ resource }) => resource)).toEqual([
      { 'service.name': 'web', 'bulkhead.tenant': 'payments', 'k8s.namespace.name': 'payments' },
    ]);
    expect(backends.shop.requests).toBe(0);
  });
});

describe('the agent of telemetry', () => {
  beforeEach(open);
  afterEach(close);

  test('scrapes what its node runs, and each owner hears of its own through its own gateway, whatever a pod claims', async () => {
    const forged = 'forged{tenant="shop",namespace="shop",bulkhead_tenant="shop"} 1\n';
    const served = await Promise.all([
      standInApiServer(PODS),
      standInMetrics(PODS[0], 15_020, '/stats/prometheus', `shop_orders 1\n`),
      standInMetrics(PODS[1], 15_020, '/stats/prometheus', `payments_sums 1\n${forged}`),
      standInMetrics(PODS[2], 15_020, '/stats/prometheus', 'elsewhere 1\n'),
      standInMetrics(PODS[3], 15_020, '/stats/prometheus', 'without_a_sidecar 1\n'),
      standInMetrics(PODS[4], 9402, '/metrics', 'certmanager_certificate_expiration_timestamp_seconds 1\n'),
      standInMetrics(PODS[5], 15_014, '/metrics', 'pilot_xds 1\n'),
    ]);
    const gateways = new Map<string, Collector>();
    for (const owner of OWNERS) gateways.set(owner, await start('telemetry', `gateway-${owner}`));
    await start('telemetry', 'agent', 'agent', {
      apiServer: served[0].url,
      node: 'here',
      backend: (exporter) => gateways.get(exporter.split('/')[1] ?? '')?.otlpGrpc ?? '',
    });
    const heard = async (owner: (typeof OWNERS)[number], ...names: string[]) =>
      eventually(
        `${names.join(', ')} of ${owner}`,
        async () => names.every((name) => backends[owner].words.has(name)) || undefined,
      );
    await heard('shop', 'shop_orders', 'up');
    await heard('payments', 'payments_sums', 'forged', 'up');
    await heard('platform', 'certmanager_certificate_expiration_timestamp_seconds', 'pilot_xds', 'up');
    const told = OWNERS.flatMap((owner) =>
      [...backends[owner].words].filter((name) => NAMED.test(name)).map((name) => `${owner} ${name}`),
    );
    expect(told.sort()).toEqual([
      ...['payments forged', 'payments payments_sums'],
      ...['platform certmanager_certificate_expiration_timestamp_seconds', 'platform pilot_xds', 'shop shop_orders'],
    ]);
    for (const owner of OWNERS) {
      expect(backends[owner].organisations).toEqual(new Set([owner]));
      expect(new Set(backends[owner].arrivals.map(({ resource }) => resource['bulkhead.tenant']))).toEqual(
        new Set([owner]),
      );
    }
    await Promise.all(served.map(({ close }) => close()));
  });
});

/** What the stand-ins tell, and not what scraping itself adds. */
const NAMED = /^(shop|payments|forged|elsewhere|without|certmanager|pilot)/;

const PODS = [
  {
    namespace: 'shop',
    name: 'web',
    app: 'web',
    node: 'here',
    ip: '127.0.0.2',
    containers: { main: 8080, 'istio-proxy': 15_090 },
  },
  {
    namespace: 'payments',
    name: 'api',
    app: 'api',
    node: 'here',
    ip: '127.0.0.3',
    containers: { main: 8080, 'istio-proxy': 15_090 },
  },
  {
    namespace: 'shop',
    name: 'far',
    app: 'web',
    node: 'there',
    ip: '127.0.0.4',
    containers: { main: 8080, 'istio-proxy': 15_090 },
  },
  { namespace: 'shop', name: 'bare', app: 'job', node: 'here', ip: '127.0.0.5', containers: { main: 8080 } },
  {
    namespace: 'certificates',
    name: 'controller',
    app: 'controller',
    node: 'here',
    ip: '127.0.0.6',
    containers: { main: 9402 },
  },
  {
    namespace: 'mesh',
    name: 'istiod',
    app: 'istiod',
    node: 'here',
    ip: '127.0.0.7',
    containers: { discovery: 15_012 },
  },
] as const satisfies readonly Pod[];

let processes: Processes;
let backends: Readonly<Record<(typeof OWNERS)[number], Backend>>;

async function open(): Promise<void> {
  processes = await Processes.open();
  const [payments, shop, platform] = await Promise.all([Backend.open(), Backend.open(), Backend.open()]);
  backends = { payments, shop, platform };
}

async function close(): Promise<void> {
  await processes.end();
  await Promise.all(Object.values(backends).map((backend) => backend.close()));
}

/** An exporter's backend is that of the tenant it is named for, or that of the tenant whose gateway it belongs to. */
async function start(
  compartment: string,
  component: string,
  name = component,
  surroundings: Partial<CollectorOptions> = {},
): Promise<Collector> {
  const rendered = collectors.find((each) => each.compartment === compartment && each.name === component);
  if (!rendered) throw new Error(`${compartment}/${component} is not rendered.`);
  const backend = (exporter: string) => {
    const owner = OWNERS.find((each) => exporter.endsWith(`/${each}`) || component.endsWith(`-${each}`));
    if (owner === undefined) throw new Error(`Nobody owns ${exporter} of ${compartment}/${component}.`);
    return backends[owner].url;
  };
  return Collector.start(processes, rendered, { name, root: rootOf(component), backend, ...surroundings });
}

/** Stands in for the root of the file system, for every start of the same component. */
function rootOf(component: string): string {
  return join(processes.folder, component);
}

/** Exactly these arrive, some of them perhaps twice. */
async function arrived(backend: Backend, expected: readonly string[]): Promise<void> {
  await eventually('everything to arrive', async () => backend.words.size >= expected.length || undefined);
  expect([...backend.words].sort()).toEqual([...expected].sort());
}

function numbered(words: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${words} ${index}`);
}
