import { environmentSchema } from '../../../constructs/environment';
import { Logging } from '../../../constructs/logging';
import { loggingSchema } from '../../../constructs/logging/logging-spec';
import type { Manifest } from '../../../constructs/manifest';
import { Platform } from '../../../constructs/platform';
import { Telemetry } from '../../../constructs/telemetry';
import { telemetrySchema } from '../../../constructs/telemetry/telemetry-spec';
import { manifestsOf, plan } from '../../../stacks/plan';

const tenants = ['payments', 'shop'];

const environment = environmentSchema.parse({
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['192.0.2.1/32'] },
  mesh: {
    versions: ['1.30.3'],
    tags: { stable: '1.30.3' },
    gatewayApi: '1.5.1',
    cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  },
});

const logging = loggingSchema.parse({ version: '0.149.0', backend: { kind: 'outside', ...backend('logs') } });

const telemetry = telemetrySchema.parse({
  version: '0.149.0',
  metrics: { kind: 'outside', ...backend('metrics') },
  traces: backend('traces'),
  // The shortest there is: a test waits for it.
  scrapeSeconds: 10,
});

/**
 * A platform with logging and telemetry for two tenants. Every amount but the pause between scrapes is the default: the collectors that run are those of an
 * environment that says nothing else, and no change of an environment changes how long a flood takes to fill a queue.
 */
export function platformWithCollectors(): readonly Manifest[] {
  const platform = new Platform({ environment });
  new Logging(platform, { spec: logging, tenants }).after(platform.planes);
  new Telemetry(platform, { spec: telemetry, tenants }).after(platform.planes);
  return manifestsOf(plan(platform));
}

function backend(name: string) {
  return { endpoint: `https://${name}.example.com/otlp`, cidrs: ['192.0.2.10/32'] satisfies [string] };
}
