import type { Manifest } from '../manifest';
import type { Identity } from './identity';
import { ALL_PORTS, differenceOf, NO_PORTS, type Ports, portRange, unionOf } from './ports';
import { type Fields, readFields, readLabels, readList, readText, readTexts, refuseOthers, Unreadable } from './read';
import { requireLabels, type Selector } from './selector';
import { GATEWAY_NAME } from './workload';

/** One AuthorizationPolicy as far as it concerns who may connect. */
export interface AuthorizationPolicy {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly action: 'ALLOW' | 'DENY';
  readonly pods: Selector;
  readonly rules: readonly AuthorizationRule[];
}

export interface AuthorizationRule {
  readonly path: string;
  /** @default - everyone */
  readonly sources: readonly Source[] | undefined;
  readonly operations: readonly Operation[];
  /** Asks for more than who calls which port, such as a header. */
  readonly isNarrowed: boolean;
}

/** Who calls: every list that is there must be met. */
export interface Source {
  readonly wanted: readonly Patterns[];
  readonly unwanted: readonly Patterns[];
  readonly isNarrowed: boolean;
}

interface Patterns {
  readonly kind: 'principal' | 'namespace';
  readonly patterns: readonly string[];
}

interface Operation {
  readonly ports: Ports;
  readonly isNarrowed: boolean;
}

const ALL_TCP = ALL_PORTS.filter(({ protocol }) => protocol === 'TCP');

const KINDS = { principals: 'principal', namespaces: 'namespace' } as const;

/** What is asked of requests, and not of connections: it lets a part of them through. */
const NARROWING_SOURCES = [
  'requestPrincipals',
  'notRequestPrincipals',
  'ipBlocks',
  'notIpBlocks',
  'remoteIpBlocks',
  'notRemoteIpBlocks',
  'serviceAccounts',
  'notServiceAccounts',
];
const NARROWING_OPERATIONS = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'];

/**
 * An AuthorizationPolicy; `undefined`: it lets nobody in and keeps nobody out.
 * @throws {Unreadable} when somebody else decides, or it is not as Istio knows it
 */
export function readAuthorizationPolicy(manifest: Manifest): AuthorizationPolicy | undefined {
  const spec = readFields(manifest.spec, 'spec');
  refuseOthers(spec, ['selector', 'targetRefs', 'targetRef', 'action', 'rules'], 'spec');
  const { action = 'ALLOW' } = spec;
  if (action === 'AUDIT') return undefined;
  if (action !== 'ALLOW' && action !== 'DENY') throw new Unreadable('spec.action', 'ALLOW, DENY or AUDIT');
  const rules = readList(spec.rules, 'spec.rules').map((rule, index) => readRule(rule, `spec.rules[${index}]`));
  return { manifest, namespace: manifest.metadata.namespace ?? 'default', action, pods: readTargets(spec), rules };
}

/** How a rule meets a caller: the ports at which it may, and at which it does whatever is sent. */
export function meets(rule: AuthorizationRule, caller: Identity): { readonly may: Ports; readonly does: Ports } {
  const sources = rule.sources ?? [{ wanted: [], unwanted: [], isNarrowed: false }];
  const met = sources.filter(({ wanted, unwanted }) => isMet(caller, wanted, unwanted));
  if (met.length === 0) return { may: NO_PORTS, does: NO_PORTS };
  const may = unionOf(rule.operations.map(({ ports }) => ports));
  const isSure = !rule.isNarrowed && met.some(({ isNarrowed }) => !isNarrowed);
  const sure = rule.operations.filter(({ isNarrowed }) => !isNarrowed).map(({ ports }) => ports);
  return { may, does: isSure ? unionOf(sure) : NO_PORTS };
}

function isMet(caller: Identity, wanted: readonly Patterns[], unwanted: readonly Patterns[]): boolean {
  return (
    wanted.every(({ kind, patterns }) => patterns.some((pattern) => caller.may(kind, pattern))) &&
    unwanted.every(({ kind, patterns }) => patterns.every((pattern) => caller.mayNot(kind, pattern)))
  );
}

function readTargets(spec: Fields): Selector {
  const refs = [
    ...readList(spec.targetRefs, 'spec.targetRefs'),
    ...(spec.targetRef === undefined ? [] : [spec.targetRef]),
  ];
  if (refs.length > 1) throw new Unreadable('spec.targetRefs', 'one Gateway');
  const [ref] = refs;
  if (ref !== undefined) {
    const { kind, name } = readFields(ref, 'spec.targetRefs[0]');
    if (kind !== 'Gateway') throw new Unreadable('spec.targetRefs[0].kind', 'Gateway');
    return requireLabels({ [GATEWAY_NAME]: readText(name, 'spec.targetRefs[0].name') });
  }
  const selector = readFields(spec.selector, 'spec.selector');
  refuseOthers(selector, ['matchLabels'], 'spec.selector');
  return requireLabels(readLabels(selector.matchLabels, 'spec.selector.matchLabels'));
}

function readRule(value: unknown, path: string): AuthorizationRule {
  const rule = readFields(value, path);
  refuseOthers(rule, ['from', 'to', 'when'], path);
  const sources = readList(rule.from, `${path}.from`).map((from, index) =>
    readSource(readFields(from, `${path}.from[${index}]`).source, `${path}.from[${index}].source`),
  );
  const operations = readList(rule.to, `${path}.to`).map((to, index) =>
    readOperation(readFields(to, `${path}.to[${index}]`).operation, `${path}.to[${index}].operation`),
  );
  return {
    path,
    sources: sources.length === 0 ? undefined : sources,
    operations: operations.length === 0 ? [{ ports: ALL_TCP, isNarrowed: false }] : operations,
    isNarrowed: readList(rule.when, `${path}.when`).length > 0,
  };
}

function readSource(value: unknown, path: string): Source {
  const source = readFields(value, path);
  refuseOthers(source, [...Object.keys(KINDS), 'notPrincipals', 'notNamespaces', ...NARROWING_SOURCES], path);
  const patternsOf = (key: string, kind: Patterns['kind']): Patterns[] => {
    const patterns = readTexts(source[key], `${path}.${key}`);
    return patterns.length === 0 ? [] : [{ kind, patterns }];
  };
  return {
    wanted: [...patternsOf('principals', 'principal'), ...patternsOf('namespaces', 'namespace')],
    unwanted: [...patternsOf('notPrincipals', 'principal'), ...patternsOf('notNamespaces', 'namespace')],
    isNarrowed: NARROWING_SOURCES.some((key) => readList(source[key], `${path}.${key}`).length > 0),
  };
}

function readOperation(value: unknown, path: string): Operation {
  const operation = readFields(value, path);
  refuseOthers(operation, ['ports', 'notPorts', ...NARROWING_OPERATIONS], path);
  const named = readNumbers(operation.ports, `${path}.ports`);
  const excluded = readNumbers(operation.notPorts, `${path}.notPorts`);
  return {
    ports: differenceOf(named.length === 0 ? ALL_TCP : named, excluded),
    isNarrowed: NARROWING_OPERATIONS.some((key) => readList(operation[key], `${path}.${key}`).length > 0),
  };
}

function readNumbers(value: unknown, path: string): Ports {
  return unionOf(
    readTexts(value, path).map((text, index) => {
      if (!/^\d+$/.test(text)) throw new Unreadable(`${path}[${index}]`, 'a number as a text');
      return portRange('TCP', Number(text));
    }),
  );
}
