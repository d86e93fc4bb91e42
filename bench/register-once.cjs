// Registers the objects of a JSON file's tenants with Pulumi, whose engine is a mock, and prints the milliseconds that it computed and its
// peak memory in kilobytes. Called with `bare`, it makes each object a resource and does nothing else.
const { readFileSync } = require('node:fs');
const { ComponentResource, CustomResource } = require('@pulumi/pulumi');
const { MockMonitor } = require('@pulumi/pulumi/runtime/mocks');
const { disconnect, setMockOptions } = require('@pulumi/pulumi/runtime/settings');
const { defineEnvironment, defineTenant, Platform, plan } = require('bulkhead');
const { deploy } = require('bulkhead/pulumi');

const [input, contestant] = process.argv.slice(2);
const { environment, tenants } = JSON.parse(readFileSync(input, 'utf8'));
const planned = plan(new Platform({ environment: defineEnvironment(environment), tenants: tenants.map(defineTenant) }));
const mocks = { call: ({ inputs }) => inputs, newResource: ({ name, inputs }) => ({ id: name, state: inputs }) };
setMockOptions(new MockMonitor(mocks), 'bulkhead', 'bench', false);

function bare() {
  for (const { name, manifests } of planned.compartments) {
    const parent = new ComponentResource('bulkhead:index:Compartment', name);
    for (const { manifest } of manifests) {
      const { apiVersion, kind, metadata } = manifest;
      const type = `kubernetes:${apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`}:${kind}`;
      new CustomResource(type, `${name}/${kind}/${metadata.name}`, manifest, { parent });
    }
  }
}

const start = process.cpuUsage();
if (contestant === 'bare') bare();
else deploy(planned, { environment: 'bench' });
disconnect().then(() => {
  const { user, system } = process.cpuUsage(start);
  process.stdout.write(JSON.stringify({ milliseconds: (user + system) / 1000, peak: process.resourceUsage().maxRSS }));
});
