import { type Collector, named, type Part, type Pipeline, sendingExporters } from './collector';
import type { Invariant } from './invariant';
import { at, fieldsOf, listOf, textOf, textsOf } from './json';

/** A pipeline takes in what belongs to one tenant and sends it as that tenant, so that no queue is shared. */
export const everyTenantHasItsOwnWayOut: Invariant = {
  id: 'every-tenant-has-its-own-way-out',
  why: "One tenant reads another's logs, or waits in one queue behind the tenant that floods it.",
  how: 'Whose data a pipeline takes in (by file paths, scraped namespaces, or the gateway that runs it) against the constant X-Scope-OrgID of its exporters.',
  *check(inventory) {
    const tenants = inventory.namespacesOn((plane) => plane === 'tenant');
    for (const collector of inventory.collectors) {
      const { manifest } = collector;
      for (const exporter of sendingExporters(collector)) {
        const organisation = organisationOf(exporter);
        if (organisation !== '' && !organisation.includes('$')) continue;
        const problem = organisation === '' ? 'It does not say as whom it sends.' : 'As whom it sends is not constant.';
        const fix = 'Write the tenant as X-Scope-OrgID.';
        yield { manifest, path: `${exporter.path}.headers`, problem, fix };
      }
      for (const pipeline of collector.pipelines) {
        const problem = crossing(pipeline, collector, tenants);
        if (problem) yield { manifest, path: pipeline.path, problem, fix: 'Give each tenant a pipeline of its own.' };
      }
    }
  },
};

function organisationOf({ fields }: Part): string {
  const headers = Object.entries(fieldsOf(fields.headers));
  return textOf(headers.find(([name]) => name.toLowerCase() === 'x-scope-orgid')?.[1]);
}

function crossing(pipeline: Pipeline, collector: Collector, tenants: readonly string[]): string | undefined {
  const receivers = named(collector.parts.receivers, pipeline.receivers);
  if (receivers.length < pipeline.receivers.length) return 'Nobody can say whose data it takes in.';
  const owners = [...new Set(receivers.flatMap((receiver) => ownersOf(receiver, collector, tenants)))];
  if (owners.length > 1) return `It takes in what belongs to ${owners.join(', ')}.`;
  const [owner] = owners;
  const exporters = named(sendingExporters(collector), pipeline.exporters).map(organisationOf);
  const wrong = exporters.find((name) => (owner === undefined ? tenants.includes(name) : name !== owner));
  return wrong === undefined ? undefined : `It sends what belongs to ${owner ?? 'no tenant'} as "${wrong}".`;
}

/** The tenants whose data a receiver takes in. */
function ownersOf(receiver: Part, { runners }: Collector, tenants: readonly string[]): readonly string[] {
  switch (receiver.type) {
    case 'filelog':
      return readTenants(receiver, tenants);
    case 'prometheus':
      return scrapedTenants(receiver, tenants);
    default:
      return tenants.filter((tenant) => runners.some(({ manifest }) => manifest.metadata.name === `gateway-${tenant}`));
  }
}

function readTenants({ fields }: Part, tenants: readonly string[]): readonly string[] {
  const included = textsOf(fields.include).map(namespaceOfFiles);
  const all = included.includes(undefined);
  const excluded = textsOf(fields.exclude)
    .filter((glob) => glob.includes('_*'))
    .map(namespaceOfFiles);
  return tenants.filter((tenant) => included.includes(tenant) || (all && !excluded.includes(tenant)));
}

/** The one namespace that a path of `/var/log/pods/<namespace>_<pod>_<uid>/…` names; `undefined`: many. */
function namespaceOfFiles(glob: string): string | undefined {
  return /^\/var\/log\/pods\/([a-z0-9-]+)_/.exec(glob)?.[1];
}

function scrapedTenants({ fields }: Part, tenants: readonly string[]): readonly string[] {
  const scrapes = listOf(at(fields, 'config', 'scrape_configs'));
  const discoveries = scrapes.flatMap((scrape) => listOf(at(scrape, 'kubernetes_sd_configs')));
  const names = discoveries.map((discovery) => textsOf(at(discovery, 'namespaces', 'names')));
  return tenants.filter((tenant) => names.some((list) => list.length === 0 || list.includes(tenant)));
}
