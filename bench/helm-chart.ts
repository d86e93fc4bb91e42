import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../stacks';
import { type Fixture, tenantName, yamlOf } from './fixture';

/** The tenant that stands for all in the template: it has one before and one after it, as all but the ends have. */
const SAMPLE = 1;

/**
 * Writes a chart that renders to the objects of a fixture. Its template ranges over all tenants that differ in their name
 * alone; the rest is plain text. That is less work for Helm than a chart that people write, with a value in every field.
 */
export function writeHelmChart(folder: string, { specs, manifests }: Fixture): void {
  const last = specs.length - 2;
  const isAlike = (index: number) => index >= SAMPLE && index <= last;
  const alike = new Set(specs.flatMap(({ name }, index) => (isAlike(index) ? name : [])));
  const inTenant = ({ metadata }: Manifest) => metadata.namespace ?? metadata.name;

  mkdirSync(join(folder, 'templates'), { recursive: true });
  writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: platform\nversion: 0.1.0\n');
  const rest = manifests.filter((manifest) => !alike.has(inTenant(manifest)));
  writeFileSync(join(folder, 'templates', 'rest.yaml'), yamlOf(rest));
  const sample = manifests.filter((manifest) => inTenant(manifest) === tenantName(SAMPLE));
  writeFileSync(join(folder, 'templates', 'tenants.yaml'), rangeOver(yamlOf(sample), last));
}

function rangeOver(text: string, last: number): string {
  const template = text
    .replaceAll(tenantName(SAMPLE - 1), '{{ $before }}')
    .replaceAll(tenantName(SAMPLE), '{{ $own }}')
    .replaceAll(tenantName(SAMPLE + 1), '{{ $after }}');
  return [
    `{{- range $index := untilStep ${SAMPLE} ${last + 1} 1 }}`,
    '{{- $before := printf "team-%04d" (sub $index 1) }}',
    '{{- $own := printf "team-%04d" $index }}',
    '{{- $after := printf "team-%04d" (add $index 1) }}',
    template,
    '{{- end }}\n',
  ].join('\n');
}
