// Plans an upgrade of a JSON file's environment and tenants, as a process of its own does, and prints the milliseconds that it computed.
const { readFileSync } = require('node:fs');
const { defineEnvironment, defineTenant, pinsOf, planUpgrade, readRequest } = require('bulkhead');

const { environment: said, tenants: specs, to } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const environment = defineEnvironment(said);
const tenants = specs.map((spec) => {
  const { name } = spec;
  return { name, spec: defineTenant(spec), findings: [], says: () => true, locate: () => ({ object: name, path: '' }) };
});
const from = pinsOf(environment);
const loaded = { name: 'bench', file: 'bench', environment, findings: [] };
const plan = planUpgrade({ loaded, tenants, from, to: readRequest(to, from), today: '2027-01-31' });
if (plan.findings.length > 0) throw new Error(`The plan is not sound: ${plan.findings[0].problem}`);
const { user, system } = process.cpuUsage();
process.stdout.write(`${(user + system) / 1000}\n`);
