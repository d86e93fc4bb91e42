import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { defineApp } from '../../constructs/app';
import type { WorkloadInput } from '../../constructs/app-spec';
import { defineEnvironment, Platform } from '../../constructs/platform';
import { defineTenant } from '../../constructs/tenant';
import { manifestsOf, plan } from '../../stacks/plan';

const environment = defineEnvironment({
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
});

const IMAGE = `web:1@sha256:${'1'.repeat(64)}`;

/** What is rendered of one app, by kind and name. */
function objectsOf(app: Partial<WorkloadInput>): ReadonlyMap<string, ReturnType<typeof manifestsOf>[number]> {
  const web = { name: 'web', image: IMAGE, port: 8080, ...app };
  const tenant = defineTenant({ name: 'shop', owner: 'a', domain: 'shop', apps: [web] });
  const manifests = manifestsOf(plan(new Platform({ environment, tenants: [tenant] })));
  const own = manifests.filter(({ metadata }) => metadata.namespace === 'shop');
  return new Map(own.map((manifest) => [`${manifest.kind}/${manifest.metadata.name}`, manifest]));
}

function templateOf(app: Partial<WorkloadInput>): { metadata: { annotations?: object }; spec: PodSpec } {
  const deployment = objectsOf(app).get('Deployment/web');
  if (!deployment) throw new Error('no Deployment');
  return Reflect.get(Reflect.get(deployment, 'spec') as object, 'template');
}

function containerOf(app: Partial<WorkloadInput>): Container {
  const [main] = templateOf(app).spec.containers;
  if (!main) throw new Error('no container');
  return main;
}

describe("an app's health", () => {
  const probesOf = (app: Partial<WorkloadInput>) => {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(app);
    return { startupProbe, readinessProbe, livenessProbe };
  };

  test('is asked by one question, and liveness only as told', () => {
    const httpGet = { path: '/ready', port: 'http' };
    expect(probesOf({ health: '/ready' })).toEqual({
      startupProbe: { httpGet, periodSeconds: 2, failureThreshold: 30 },
      readinessProbe: { httpGet, periodSeconds: 5, failureThreshold: 3 },
    });
    expect(probesOf({ health: { path: '/ready', startupSeconds: 301, live: '/alive' } })).toEqual({
      startupProbe: { httpGet, periodSeconds: 2, failureThreshold: 151 },
      readinessProbe: { httpGet, periodSeconds: 5, failureThreshold: 3 },
      livenessProbe: { httpGet: { path: '/alive', port: 'http' }, periodSeconds: 10, failureThreshold: 3 },
    });
    expect(probesOf({ health: 'none' })).toEqual({});
    expect(probesOf({ health: {} })).toEqual(probesOf({ health: 'tcp' }));
  });

  test('is asked of a worker by a command alone', () => {
    const exec = { command: ['/bin/ready'] };
    expect(probesOf({ port: undefined, health: { exec: ['/bin/ready'] } }).readinessProbe).toEqual({
      ...{ exec, timeoutSeconds: 5, periodSeconds: 5, failureThreshold: 3 },
    });
    expect(probesOf({ port: undefined })).toEqual({});
  });
});

test('a size in amounts is spelt as the API server spells it, memory once for request and limit', () => {
  const sized = (size: WorkloadInput['size']) => containerOf({ size }).resources;
  expect(sized({ cpu: '1500m', memory: '1.5Gi' })).toMatchObject({
    requests: { cpu: '1500m', memory: '1536Mi' },
    limits: { memory: '1536Mi' },
  });
  expect(sized({ cpu: '2.0', memory: '2048Mi' })?.requests).toMatchObject({ cpu: '2', memory: '2Gi' });
  expect(sized({ memory: '500000K' })?.requests).toMatchObject({ cpu: '100m', memory: '500M' });
  expect(sized({})).toEqual(sized('S'));
  expect(containerOf({ size: { cpu: '1' } }).resources?.limits).not.toHaveProperty('cpu');
});

describe("an app's files", () => {
  const files = {
    '/etc/app/settings.yaml': { content: 'a: $(HOME)\n' },
    '/etc/app/logo.png': { binary: 'YQ==' },
    '/etc/app/a_b': { content: 'x', mode: '555' },
    '/etc/tls/key.pem': { secret: 'web-tls/tls.key', mode: '0444' },
    '/etc/tls/cert.pem': { secret: 'web-tls/tls.crt' },
  };

  test('stand in ConfigMaps and Secrets, and come into the container one by one', () => {
    const objects = objectsOf({ files });
    expect(objects.get('ConfigMap/web-files')).toMatchObject({
      data: { 'etc_app_settings.yaml': 'a: $(HOME)\n', 'etc_app_a_b-3c8735b9': 'x' },
    });
    expect([...objects.keys()].filter((name) => name.startsWith('ConfigMap/'))).toEqual([
      'ConfigMap/web-files',
      'ConfigMap/web-files-729f00d8921d85e4',
    ]);
    expect(objects.get('ConfigMap/web-files-729f00d8921d85e4')).toMatchObject({
      metadata: { annotations: { 'flagger.app/config-tracking': 'disabled' } },
      binaryData: { 'etc_app_logo.png': 'YQ==' },
      immutable: true,
    });
    const { spec } = templateOf({ files });
    expect(spec.volumes?.find(({ name }) => name === 'files')?.projected?.sources).toEqual([
      {
        configMap: {
          name: 'web-files',
          items: [
            { key: 'etc_app_a_b-3c8735b9', path: 'etc_app_a_b-3c8735b9', mode: 0o555 },
            { key: 'etc_app_settings.yaml', path: 'etc_app_settings.yaml', mode: 0o444 },
          ],
        },
      },
      {
        configMap: {
          name: 'web-files-729f00d8921d85e4',
          items: [{ key: 'etc_app_logo.png', path: 'etc_app_logo.png', mode: 0o444 }],
        },
      },
      {
        secret: {
          name: 'web-tls',
          items: [
            { key: 'tls.crt', path: 'etc_tls_cert.pem', mode: 0o444 },
            { key: 'tls.key', path: 'etc_tls_key.pem', mode: 0o444 },
          ],
        },
      },
    ]);
    expect(containerOf({ files }).volumeMounts).toContainEqual({
      ...{ name: 'files', mountPath: '/etc/app/settings.yaml', subPath: 'etc_app_settings.yaml', readOnly: true },
    });
  });

  test('make its pods anew when their contents change, and only then', () => {
    const template = (content: string, app: Partial<WorkloadInput> = {}) =>
      JSON.stringify(templateOf({ files: { '/etc/app/a': { content } }, ...app }));
    expect(template('one')).toBe(template('one', { scale: { min: 3, max: 5 } }));
    expect(template('one')).not.toBe(template('two'));
    expect(templateOf({}).metadata).not.toHaveProperty('annotations');
  });
});

test('a secret is a reference wherever it stands, and a variable is one or the other', () => {
  expect(containerOf({ env: { B: '1' }, secrets: { A: 'database/password' } }).env).toEqual([
    { name: 'APP_NAME', value: 'web' },
    { name: 'PORT', value: '8080' },
    { name: 'A', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } },
    { name: 'B', value: '1' },
  ]);
  expect(() => defineApp({ name: 'web', image: IMAGE, env: { A: '1' }, secrets: { A: 'a/b' } })).toThrow(
    'app web secrets.A: The variable A has a value already. Remove one of the two.',
  );
});
