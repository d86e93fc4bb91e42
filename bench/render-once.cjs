// Renders the tenants of a JSON file into one YAML file, as a user's own script would, and prints its peak memory in kilobytes.
const { readFileSync, writeFileSync } = require('node:fs');
const { defineEnvironment, defineTenant, emitYaml, manifestsOf, Platform, plan } = require('bulkhead');

const [input, output] = process.argv.slice(2);
const { environment, tenants } = JSON.parse(readFileSync(input, 'utf8'));
const platform = new Platform({ environment: defineEnvironment(environment), tenants: tenants.map(defineTenant) });
const documents = manifestsOf(plan(platform)).map((manifest) => `---\n${emitYaml(manifest)}`);
writeFileSync(output, documents.join(''));
process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
