import { closest } from '../../constructs/input/did-you-mean';
import { nameEnd } from '../../policies/reachability/declared';
import { coversPorts, describePorts, type Ports, PROTOCOLS, portRange } from '../../policies/reachability/ports';
import type { Proof } from '../../policies/reachability/prove';
import { type Answer, ask, isYes, namesOf, type Side, type Step, sideOf } from '../../policies/reachability/question';
import { EXIT, UsageError } from '../exit';
import { NOTHING_EARLIER } from '../load/earlier';
import { loadWorkspace, type WorkspaceOptions } from '../load/workspace';
import { render } from '../render';
import { table } from '../table';
import { today } from '../today';
import { tellFindings } from './outcome';

export interface CanOptions extends WorkspaceOptions {
  /** Lists whatever this reaches. */
  readonly from?: string;
  /** Lists whatever reaches this. */
  readonly to?: string;
}

/** A question as it is asked: `shop/web payments/api:9000`. */
export interface Question {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/**
 * Says whether one end reaches another, by which passage and through which objects; or lists what an end reaches, or is
 * reached by. Returns the exit code: 0 for yes, 1 for no.
 * @throws {UsageError} when the question names an end or a port that there is not
 */
export function can(environment: string, { from, to }: Question, options: CanOptions): number {
  const [source, target] = [oneOf(from, options.from, '--from'), oneOf(to, options.to, '--to')];
  if (source === undefined && target === undefined) {
    throw new UsageError(
      'Name the ends: bulkhead can prod shop/web payments/api:9000, or one of them with --from or --to.',
    );
  }
  const { environments, tenants } = loadWorkspace([environment], options);
  const renderings = environments.map((loaded) => render(loaded, tenants, NOTHING_EARLIER, today()));
  tellFindings(renderings);
  const [rendering] = renderings;
  if (!rendering?.proof) return EXIT.broken;
  const { text, isOpen } = answer(rendering.proof, source, target);
  process.stdout.write(text);
  return isOpen ? EXIT.ok : EXIT.tenant;
}

function oneOf(named: string | undefined, listed: string | undefined, option: string): string | undefined {
  if (named === undefined || listed === undefined) return named ?? listed;
  throw new UsageError(`Both ${named} and ${option} ${listed} name this end. Leave one of them out.`);
}

const UNKNOWN = 'no: nothing is known of what lies outside the cluster, or of what listens on its nodes\n';

/** What to print, and whether the answer is yes. */
export function answer(
  proof: Proof,
  from: string | undefined,
  to: string | undefined,
): { readonly text: string; readonly isOpen: boolean } {
  const source = from === undefined ? undefined : findSide(proof, from);
  const target = to === undefined ? undefined : parseTarget(to);
  const destination = target && findSide(proof, target.name);
  if (source && target && destination) {
    const answers = ask(proof, source, destination);
    const isOpen = answers.some((each) => isYes(each, target.ports));
    // Workers, jobs and a rollout's next version are pods of their own, of which the same is so.
    const told = new Set(answers.map((each) => explain(each, target.ports)));
    return { isOpen, text: [...told].join('') || UNKNOWN };
  }
  const others = namesOf(proof).flatMap((name) => sideOf(name, proof) ?? []);
  const answers = others.flatMap((other) =>
    source ? ask(proof, source, other) : destination ? ask(proof, other, destination) : [],
  );
  const open = answers.filter((each) => isYes(each, target?.ports ?? [])).map(rowOf);
  return { isOpen: open.length > 0, text: table(['FROM', 'TO', 'PORTS', 'WHY'], open) };
}

function rowOf({ from, to, ports, passages }: Answer): string[] {
  return [from, to, describePorts(ports), [...new Set(passages.map(({ why }) => why))].join('; ')];
}

/** @throws {UsageError} when nobody has this name */
function findSide(proof: Proof, name: string): Side {
  const side = sideOf(name, proof);
  if (side) return side;
  const names = namesOf(proof);
  const meant = closest(name, names);
  throw new UsageError(
    `There is no end "${name}". ${meant ? `Did you mean "${meant}"?` : 'Write <compartment>/<app>, a name that a passage uses, an address or "outside".'}`,
  );
}

const LAST_PORT = 65535;

/** `payments/api:9000/TCP`. An address of version 6 stands in brackets when a port follows. */
function parseTarget(text: string): { readonly name: string; readonly ports: Ports } {
  const [, bracketed, plain = text, port, protocol = 'TCP'] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+)(?:\/(\w+))?)?$/.exec(text) ?? [];
  const name = bracketed ?? plain;
  if (port === undefined) return { name, ports: [] };
  const known = PROTOCOLS.find((each) => each === protocol.toUpperCase());
  if (!known) throw new UsageError(`There is no protocol "${protocol}". Possible: ${PROTOCOLS.join(', ')}.`);
  if (!(Number(port) >= 1 && Number(port) <= LAST_PORT)) {
    throw new UsageError(`There is no port ${port}. Possible: 1 to ${LAST_PORT}.`);
  }
  return { name, ports: portRange(known, Number(port)) };
}

function explain(given: Answer, asked: Ports): string {
  const { from, to, ports, steps, passages } = given;
  const isOpen = isYes(given, asked);
  const on = isOpen
    ? describePorts(asked.length > 0 ? asked : ports)
    : asked.length > 0
      ? describePorts(asked)
      : 'any port';
  const rows = steps.map((step) => describeStep(step, asked, isOpen));
  const because = new Set(
    passages.map((passage) => `  by passage ${nameEnd(passage.from)} → ${nameEnd(passage.to)}: ${passage.why}\n`),
  );
  const heading = `${isOpen ? 'yes' : 'no'}: ${from} → ${to} on ${on}\n`;
  return [heading, ...(isOpen ? because : []), lines(rows)].join('');
}

/** A step that decides nothing of what gets through, because the sidecar never sees it, is open by nobody's word. */
function describeStep({ gate, ports, opened, by }: Step, asked: Ports, isOpen: boolean): string[] {
  const lets = (open: Ports) => (asked.length > 0 ? coversPorts(open, asked) : open.length > 0);
  const isFree = !lets(opened) && lets(ports) && (asked.length > 0 || isOpen);
  const state = lets(opened) || isFree ? 'open  ' : 'closed';
  return [`  ${state} `, gate, isFree ? '(not captured)' : by.length > 0 ? `by ${by.join(', ')}` : ''];
}

function lines(rows: readonly (readonly string[])[]): string {
  const width = Math.max(0, ...rows.map(([, gate = '']) => gate.length));
  return rows
    .map(([state = '', gate = '', by = '']) => `${`${state}${gate.padEnd(width)}  ${by}`.trimEnd()}\n`)
    .join('');
}
