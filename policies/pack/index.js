// What `pulumi preview --policy-pack policies/pack` runs. lib/ is built by `npm ci`.
const { join } = require('node:path');
const { PolicyPack } = require('@pulumi/policy');
const { policiesIn } = require('../../lib/policy-pack');

new PolicyPack('bulkhead', { policies: policiesIn(join(__dirname, '..', '..')) });
