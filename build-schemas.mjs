// Makes validators of policies/schema/schemas.jsonl: code that needs no library, one module for each kind and for each part that
// kinds share, of which only those are read that an object asks for. Nothing is done as long as neither the data nor this has changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

const require = createRequire(import.meta.url);
const own = fileURLToPath(import.meta.url);
const data = join(own, '..', 'policies', 'schema', 'schemas.jsonl');
const folder = join(own, '..', 'lib', 'schema');

/** Writes lib/schema. The build calls it, and jest before all tests: they need no other build. */
export default function buildSchemas() {
  const text = readFileSync(data, 'utf8');
  const stamp = createHash('sha256').update(text).update(readFileSync(own)).digest('hex');
  const stampFile = join(folder, 'stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(archive(modulesOf(text)))) writeFileSync(join(folder, name), content);
  writeFileSync(stampFile, stamp);
}

/** All modules in one file, and a module that reads them from there: hundreds of small files take much longer to load. */
function archive(modules) {
  let end = 0;
  const places = Object.entries(modules).map(([name, code]) => {
    const start = end;
    end += code.length;
    return [name, [start, code.length]];
  });
  return { 'modules.txt': Object.values(modules).join(''), 'load.js': loader(Object.fromEntries(places)) };
}

function loader(places) {
  return `'use strict';
const { openSync, readSync } = require('node:fs');
const { join } = require('node:path');
const { compileFunction } = require('node:vm');

const places = ${JSON.stringify(places)};
const loaded = new Map();
let file;

module.exports = function load(name) {
  if (loaded.has(name)) return loaded.get(name);
  const [start, length] = places[name];
  const code = Buffer.alloc(length);
  file ??= openSync(join(__dirname, 'modules.txt'));
  readSync(file, code, 0, length, start);
  const module = { exports: {} };
  compileFunction(code.latin1Slice(), ['module', 'load'], { filename: name })(module, load);
  loaded.set(name, module.exports);
  return module.exports;
};
`;
}

/** Code by name: a module for each minor, two for each kind's definition, and one with all definitions, for explanations. */
function modulesOf(text) {
  const [, ...lines] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const served = lines.filter((line) => !Array.isArray(line));
  const definitions = Object.fromEntries(lines.filter(Array.isArray));
  return {
    ...Object.fromEntries(served.map((minor, index) => [minor.minor, catalog(minor, served.slice(index + 1))])),
    ...validators(definitions, [...new Set(served.flatMap(({ kinds }) => Object.values(kinds)))]),
    definitions: exporting(definitions),
  };
}

/** What a minor serves, and which later minor is the first that no longer does. */
function catalog({ customGroups, kinds }, later) {
  const removals = Object.keys(kinds).map((kind) => [kind, later.find((minor) => !(kind in minor.kinds))?.minor]);
  const removed = Object.fromEntries(removals.filter(([, minor]) => minor !== undefined));
  return exporting({ customGroups, kinds, removed });
}

function exporting(value) {
  return `module.exports=${JSON.stringify(value)};\n`;
}

/** Two modules a definition: one that says yes or no and is a fourth as long, one that says what is wrong, for who was told no. */
function validators(definitions, kinds) {
  const separate = new Set([...kinds, ...sharedAmong(definitions)]);
  const ajv = newAjv();
  for (const [name, schema] of Object.entries(definitions)) {
    ajv.addSchema(jsonSchema(schema, name, definitions, separate), name);
  }
  const standalone = require('ajv/dist/standalone').default;
  const modules = [...separate].flatMap((name) => {
    const code = standalone(ajv, ajv.getSchema(name));
    if (code.includes('require(')) throw new Error(`The validator ${name} would need ajv at run time.`);
    return [
      [name, minified(withoutFaults(code))],
      [`${name}.faults`, minified(code.replace(/load\("(.*?)"\)/g, 'load("$1.faults")'))],
    ];
  });
  return Object.fromEntries(modules);
}

/**
 * The same code with a count of faults in place of what they are. ajv has no option for that, so its text is changed.
 * @throws when it no longer looks as this expects
 */
function withoutFaults(code) {
  const bare = code
    .replace(/, \{instancePath="", parentData, parentDataProperty, rootData=data\}=\{\}/g, '')
    .replace(/const (err\d+) = \{.*?\};if\(vErrors === null\)\{vErrors = \[\1\];\}else \{vErrors\.push\(\1\);\}/g, '')
    .replace(
      /vErrors = vErrors === null \? ([\w.]+)\.errors : vErrors\.concat\(\1\.errors\);errors = vErrors\.length;/g,
      'errors++;',
    )
    .replace(/if\(vErrors !== null\)\{if\((\w+)\)\{vErrors\.length = \1;\}else \{vErrors = null;\}\}/g, '')
    .replace(/, \{instancePath[:,](?:(?!,rootData\}).)*,rootData\}\)/g, ')')
    .replace(/let vErrors = null;|\w+\.errors = vErrors;/g, '');
  if (/vErrors|instancePath/.test(bare)) throw new Error('ajv writes its faults in another way than it used to.');
  return bare;
}

/** What a fault means is said by policies/schema: no texts of ajv's. */
function newAjv() {
  const Ajv = require('ajv').default;
  const { _ } = require('ajv');
  const { callRef } = require('ajv/dist/vocabularies/core/ref');
  const ajv = new Ajv({
    ...{ strict: false, validateSchema: false, validateFormats: false, meta: false, messages: false, unicode: false },
    ...{ allErrors: true, inlineRefs: false, logger: false, code: { source: true, optimize: 1 } },
  });
  ajv.addKeyword({
    keyword: 'separate',
    code: (cxt) => {
      const code = _`lazy(() => load(${cxt.schema}))`;
      callRef(cxt, cxt.gen.scopeValue('func', { key: cxt.schema, ref: {}, code }));
    },
  });
  ajv.addKeyword({
    keyword: 'keys',
    type: 'array',
    error: { params: ({ params }) => _`{same: ${params.same}}` },
    code: distinct,
  });
  return ajv;
}

/** No two elements agree in all keys; an element that does not name a key has its default. */
function distinct(cxt) {
  const { _ } = require('ajv');
  const { gen, data, schema } = cxt;
  const keyOf = (element) => Object.entries(schema).map(([key, otherwise]) => _`${element}?.[${key}] ?? ${otherwise}`);
  gen.if(_`${data}.length > 1`, () => {
    const seen = gen.const('seen', _`new Set()`);
    gen.forOf('element', data, (element) => {
      const key = gen.const('key', _`JSON.stringify([${keyOf(element).reduce((all, one) => _`${all}, ${one}`)}])`);
      gen.if(_`${seen}.has(${key})`, () => {
        cxt.setParams({ same: key });
        cxt.error();
      });
      gen.code(_`${seen}.add(${key})`);
    });
  });
}

/** The compact form in JSON Schema: names become references, and what has properties is closed. */
function jsonSchema(schema, name, definitions, separate) {
  const expand = (part) => {
    if (typeof part === 'string') return reference(part);
    const { properties, open, items, additionalProperties: values, required, ...rest } = part;
    return {
      ...rest,
      ...(required && { required }),
      ...(items && { items: expand(items) }),
      ...(values && { additionalProperties: expand(values) }),
      ...(properties && { properties: mapValues(properties, expand) }),
      ...(properties && !open && { additionalProperties: false }),
      ...mapAlternatives(part, expand),
    };
  };
  const reference = (to) => {
    const meant = definitions[to];
    if (isPlain(meant)) return meant;
    return to !== name && separate.has(to) ? { separate: to } : { $ref: to };
  };
  return expand(schema);
}

const STRUCTURAL = ['properties', 'items', 'additionalProperties', 'anyOf', 'oneOf', 'allOf', 'not'];

/** Says something of a value by itself; faster on the spot than as a function. */
function isPlain(schema) {
  return typeof schema !== 'string' && !STRUCTURAL.some((keyword) => keyword in schema);
}

function mapAlternatives({ anyOf, oneOf, allOf, not }, change) {
  const lists = Object.entries({ anyOf, oneOf, allOf }).filter(([, list]) => list);
  return {
    ...Object.fromEntries(lists.map(([name, list]) => [name, list.map(change)])),
    ...(not && { not: change(not) }),
  };
}

function mapValues(map, change) {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

/** Definitions that several others refer to are modules of their own. */
function sharedAmong(definitions) {
  const used = Object.values(definitions).flatMap((schema) => namesIn(schema, definitions));
  const repeated = used.filter((name, index) => used.indexOf(name) !== index);
  return repeated.filter((name) => !isPlain(definitions[name]));
}

/** The definitions that one refers to itself. */
function namesIn(schema, definitions) {
  if (typeof schema === 'string') return schema in definitions ? [schema] : [];
  const { properties = {}, items, additionalProperties, anyOf = [], oneOf = [], allOf = [], not } = schema;
  const parts = [...Object.values(properties), ...anyOf, ...oneOf, ...allOf, items, additionalProperties, not];
  return [...new Set(parts.filter((part) => part !== undefined).flatMap((part) => namesIn(part, definitions)))];
}

/** A validator that is loaded when there is something for it to look at. */
const LAZY = `
function lazy(find) {
  let loaded;
  const validate = (data, context) => {
    loaded ??= find();
    const isValid = loaded(data, context);
    validate.errors = loaded.errors;
    return isValid;
  };
  return validate;
}`;

function minified(code) {
  return transformSync(code + LAZY, { minify: true, treeShaking: true, format: 'cjs', target: 'node20' }).code;
}
