import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppSpec } from '../../constructs/app-spec';
import { environmentSchema } from '../../constructs/environment';
import { Platform } from '../../constructs/platform';
import { type AnsweredApp, answerFor } from '../../stacks/app-answer';
import { initApp } from '../../stacks/commands/init';
import { startWatching } from '../../stacks/commands/watch';
import { originsOf, withoutOuter } from '../../stacks/explain/origins';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { listEnvironments, loadEnvironment } from '../../stacks/load/environments';
import { loadTenants } from '../../stacks/load/tenants';
import { plan } from '../../stacks/plan';
import { render } from '../../stacks/render';
import { Workbench } from '../../stacks/watch/workbench';

const ROOT = join(__dirname, '..', '..');
const ENVIRONMENTS = join(ROOT, 'stacks', 'environments');

function rendered(environment: string, tenants = join(ROOT, 'tenants')) {
  return render(loadEnvironment(ENVIRONMENTS, environment), loadTenants(tenants), NOTHING_EARLIER);
}

function appIn(name: string, tenantName: string, appName: string): AnsweredApp {
  const { environment, plan, inputs } = rendered(name);
  const tenant = inputs.get(tenantName);
  const app = tenant?.apps.find((each) => each.name === appName);
  if (!environment || !plan || !tenant || !app) throw new Error(`${name} has no ${tenantName}/${appName}`);
  return { environment, plan, tenant, app };
}

describe('what an app gets', () => {
  test('is told in whole: address, callers, callees, what runs, limits, rollout and cost', () => {
    expect(answerFor(appIn('prod', 'shop', 'cart')).map((line) => line.join(' | '))).toEqual([
      'address | none: expose is internal',
      ' | http://cart.shop within the cluster',
      'called by | shop/mailer on 8080: reminds of forgotten baskets',
      ' | shop/web on 8080: shows the basket',
      'calls | nobody',
      'runs | 3 to 12, one more when the CPU of all is above 70 %, of size M (250m CPU, 512Mi)',
      ' | worker recommender: 1 to 3, one more when the CPU of all is above 70 %, of size M (250m CPU, 512Mi)',
      ' | job migrate: before every release, for at most 10 min, up to 7 attempts',
      ' | job sweep: at "30 3 * * *" UTC, for at most 10 min, up to 7 attempts',
      'limits | 512Mi of memory a replica, above which it is killed; CPU is not limited',
      ' | 64Mi to write in /tmp',
      ' | /var/cache/cart: 512Mi, empty at every start',
      ' | 30 s for one request from outside',
      'rollout | first job migrate, at most 10 min; if it fails, nothing else changes',
      ' | one replica more at a time: the new one has 60 s to be ready, so at most 3 min for 3',
      ' | then an old one goes: 5 s to drain, then 30 s to finish',
      'asks for | 1.4 CPU, 2.5Gi in 4 pods at the least, sidecars included',
      ' | 6.65 CPU, 11.9Gi in 19 pods at the most, of the 20 CPU, 40Gi in 80 pods that all of shop has (size M)',
    ]);
  });

  test('differs by environment, as its address does', () => {
    const addressIn = (environment: string) => answerFor(appIn(environment, 'shop', 'web'))[0]?.[1];
    expect(addressIn('dev')).toBe('https://web.shop.dev.example.com');
    expect(addressIn('prod')).toBe('https://web.shop.example.com');
  });

  test('tells the steps and times of each way in which versions take over', () => {
    const asked = appIn('prod', 'shop', 'web');
    const rollout = (members: Partial<AppSpec>) =>
      answerFor({ ...asked, app: { ...asked.app, ...members } })
        .map(([about, answer]) => `${about}|${answer}`)
        .join('\n')
        .replace(/^.*rollout\||\nasks for.*$/gs, '')
        .replaceAll('\n|', '; ');
    expect(rollout({ rollout: 'canary', sticky: true })).toBe(
      'the new version starts beside the old one and gets 10 % of requests more every 1m, up to 50 %; a visitor whom it served stays with it; ' +
        'after 5 looks, 1m apart, it gets all; goes back after 3 looks with less than 99 % of requests answered well or, of 100, one above 500 ms',
    );
    expect(rollout({ rollout: 'blueGreen' })).toMatch(
      /^the new version starts beside the old one, and after 5 looks, 1m apart, gets all requests; goes back /,
    );
    expect(rollout({ rollout: { ab: { header: { name: 'x-preview', value: 'yes' } } } })).toMatch(
      /^the new version starts beside the old one, for visitors with header x-preview: yes; after 10 looks, 1m apart, for all; /,
    );
    expect(rollout({ rollout: 'rolling' })).toMatch(/^one replica more at a time: the new one has 60 s to be ready/);
  });

  test('says where nobody waits for a job before a release', () => {
    const first = (environment: string) =>
      answerFor(appIn(environment, 'shop', 'cart')).find(([about]) => about === 'rollout')?.[1];
    expect(first('dev')).toMatch(/nothing else changes, by Pulumi; by hand, as long as you wait for it$/);
    expect(first('staging')).toMatch(/nothing else changes$/);
  });

  test('asks for its replicas at the least, and for one more than all of them at the most', () => {
    for (const name of listEnvironments(ENVIRONMENTS)) {
      const asked = appIn(name, 'payments', 'api');
      const { min = 0, max = 0 } = asked.app.scale ?? {};
      const told = answerFor(asked).filter(([, answer]) => / in \d+ pod/.test(answer));
      const pods = told.map(([, answer]) => / in (1 pod|\d+ pods)\b/.exec(answer)?.[1]);
      expect(pods).toEqual([min === 1 ? '1 pod' : `${min} pods`, `${max + 1} pods`]);
    }
  });
});

describe('what made a field', () => {
  const environment = environmentSchema.parse({
    ...{
      kubernetes: '1.36',
      domain: 'example.com',
      apiServer: { cidrs: ['10.0.0.10/32'] },
      scale: { min: 3, max: 12 },
      provisioners: {
        postgres: { default: { kind: 'existing', host: 'db.example.net', port: 5432, cidrs: ['192.0.2.6/32'] } },
      },
      outside: { 'smtp.example.net': { cidrs: ['192.0.2.9/32'], ports: [587] } },
    },
  });
  const tenants = loadTenants(join(ROOT, 'tenants')).flatMap(({ spec }) => spec ?? []);
  const shop = plan(new Platform({ environment, tenants })).compartments.find(({ name }) => name === 'shop');
  /** The members on which a field depends, or the whole object. */
  const originsOfField = (kind: string, name: string, wanted: string): string[] => {
    const found = shop?.manifests.find(({ manifest }) => manifest.kind === kind && manifest.metadata.name === name);
    if (!found) throw new Error(`shop has no ${kind} ${name}`);
    const asked = { compartment: 'shop', manifest: found.manifest };
    const all = originsOf(asked, { name: 'prod', environment, tenants });
    const own = all.filter(({ field }) => field === wanted || (field !== '' && wanted.startsWith(`${field}.`)));
    return withoutOuter(own).map(({ of, path, isDefault }) => {
      const whose = of.kind === 'environment' ? 'prod' : of.kind === 'tenant' ? of.tenant : `${of.tenant}/${of.app}`;
      return `${whose} ${path.join('.')}${isDefault ? ' (default)' : ''}`;
    });
  };

  test.each([
    ['Deployment', 'cart', 'spec.template.spec.containers[main].resources.requests.cpu', ['shop/cart size']],
    ['Deployment', 'cart', 'spec.template.spec.terminationGracePeriodSeconds', ['shop/cart timeout (default)']],
    ['Deployment', 'cart', 'spec.template.spec.enableServiceLinks', []],
    ['Deployment', 'web', 'spec.template.spec.containers[main].env[CART_URL].value', ['shop/web env.CART_URL']],
    ['Deployment', 'web', 'metadata.name', ['shop/web name']],
    ['HorizontalPodAutoscaler', 'cart', 'spec.minReplicas', ['prod scale.min']],
    ['HorizontalPodAutoscaler', 'cart-recommender', 'spec.minReplicas', ['shop/cart workers.recommender.scale.min']],
    ['CronJob', 'cart-sweep', 'spec.schedule', ['shop/cart jobs.sweep.schedule']],
    ['CronJob', 'cart-sweep', '', ['shop/cart jobs.sweep']],
    ['Namespace', 'shop', 'metadata.annotations.bulkhead.dev/domain', ['shop domain', 'prod domain']],
    ['NetworkPolicy', 'web.to.payments.api', 'spec.egress[0].ports[0].port', ['payments/api port']],
    ['ResourceQuota', 'amounts', 'spec.hard.pods', ['shop size']],
  ])('%s %s %s', (kind, name, field, origins) => {
    expect(originsOfField(kind, name, field)).toEqual(origins);
  });
});

describe('a starter file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bulkhead-init-'));
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  test('passes all checks of every environment as it is', () => {
    expect(initApp('new/hello', { tenants: folder })).toBe(0);
    const isItsOwn = ({ compartment }: { readonly compartment: string | undefined }) => compartment === 'new';
    for (const name of listEnvironments(ENVIRONMENTS)) {
      expect(rendered(name, folder).findings.filter(isItsOwn)).toEqual([]);
    }
    expect(readFileSync(join(folder, 'new', 'hello.score.yaml'), 'utf8').split('\n').length).toBeLessThanOrEqual(11);
  });

  test('joins the team that is there, and is never written over', () => {
    initApp('new/hello', { tenants: folder });
    initApp('new/world', { tenants: folder });
    expect(
      rendered('dev', folder)
        .inputs.get('new')
        ?.apps.map(({ name }) => name),
    ).toEqual(['hello', 'world']);
    expect(() => initApp('new/world', { tenants: folder })).toThrow(/world\.score\.yaml is there already/);
  });

  test('is not written for a team that would claim the domain of another', () => {
    mkdirSync(join(folder, 'payments'));
    writeFileSync(join(folder, 'payments', 'tenant.yaml'), 'owner: payments\ndomain: pay\n');
    expect(() => initApp('pay/web', { tenants: folder })).toThrow(
      `Tenant payments has the domain "pay". Choose another name, or write ${join(folder, 'pay', 'tenant.yaml')} with another domain first.`,
    );
    expect(readdirSync(folder)).toEqual(['payments']);
    initApp('payments/web', { tenants: folder });
    expect(rendered('dev', folder).findings).toEqual([]);
  });

  test.each([
    ['hello', '"hello" names no app. Write <team>/<app>, for example shop/web.'],
    ['new/hello/again', '"new/hello/again" names no app. Write <team>/<app>, for example shop/web.'],
    ['edge/hello', '"edge": "edge" is not possible here. Choose another name: the platform needs this one itself.'],
    [
      'new/Hello',
      '"Hello": "Hello" is not possible here. Write lower-case letters, digits and dashes, starting with a letter, for example "web".',
    ],
  ])('is not written for %s', (reference, message) => {
    expect(() => initApp(reference, { tenants: folder })).toThrow(message);
  });
});

describe('watching', () => {
  let folder: string;
  let options: { tenants: string; environments: string; out: string };
  const file = (name: string) => join(folder, 'tenants', name);
  const edit = (name: string, from: string, to: string) =>
    writeFileSync(file(name), readFileSync(file(name), 'utf8').replace(from, to));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bulkhead-watch-'));
    cpSync(join(ROOT, 'tenants'), join(folder, 'tenants'), { recursive: true });
    options = { tenants: join(folder, 'tenants'), environments: ENVIRONMENTS, out: join(folder, 'dist') };
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['shop/cart.score.yaml', 'size: M', 'size: Q'],
    ['shop/cart.score.yaml', '/app/recommend]', '/app/recommend'],
    ['shop/cart.score.yaml', 'schedule: "30 3 * * *"', 'schedule: "30 3 * *"'],
    ['shop/cart.score.yaml', '@sha256', '@sha255'],
    ['shop/web.score.yaml', 'payments/api: takes', 'payments/apu: takes'],
    ['payments/tenant.yaml', 'shop/web: customers', 'shop/wub: customers'],
    ['payments/tenant.yaml', 'size: M', 'size: S'],
    ['payments/api.score.yaml', 'size: L', 'size: XL'],
  ])('answers a change of %s, %s to %s, as rendering everything does', (name, from, to) => {
    const workbench = new Workbench(['prod'], options);
    edit(name, from, to);
    const [tenant = ''] = workbench.reload([file(name)]);
    const [answer] = workbench.answer(tenant);
    const whole = rendered('prod', options.tenants).findings.filter(({ compartment }) => compartment === tenant);
    expect(answer?.findings).toEqual(whole);
  });

  test('finds nothing wrong with a sound team because a ring names another', () => {
    const workbench = new Workbench(['prod'], options);
    mkdirSync(file('crew'));
    writeFileSync(file('crew/tenant.yaml'), 'owner: crew\ndomain: crew\n');
    expect(workbench.reload([file('crew/tenant.yaml')])).toEqual(['crew']);
    expect(workbench.answer('crew')).toEqual([{ tenant: 'crew', environment: 'prod', findings: [] }]);
  });

  test('answers every change, a file replaced by renaming and a new team included, and then writes', async () => {
    const told: string[] = [];
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
    const until = async (text: RegExp) => {
      const deadline = Date.now() + 10_000;
      while (!told.some((line) => text.test(line))) {
        if (Date.now() > deadline) throw new Error(`never told ${text}: ${told.join('')}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      told.length = 0;
    };
    const watching = startWatching(['prod'], options);
    try {
      for (const [from, to, findings] of [
        ['size: M', 'size: Q', '1 finding'],
        ['size: Q', 'size: L', '0 findings'],
      ] as const) {
        cpSync(file('shop/cart.score.yaml'), file('cart.new'));
        edit('cart.new', from, to);
        renameSync(file('cart.new'), file('shop/cart.score.yaml'));
        await until(new RegExp(`^shop: ${findings} \\(\\d+ ms\\)$`, 'm'));
      }
      await until(/^prod: .* files written/m);
      cpSync(file('payments'), file('other'), { recursive: true });
      await until(/^other: \d findings? /m);
    } finally {
      watching.close();
    }
  });
});
