import { COMPARTMENT_SIZES, type Size } from '../defaults';
import { cores, mebibytes } from '../quantity';
import { COLLECTOR_SIZES } from './defaults';

/** Collectors of one size, and the most pods that they can be. */
export interface Crew {
  readonly pods: number;
  readonly size: Size;
}

/** What pods ask for together, in cores and MiB. */
export interface Need {
  readonly pods: number;
  readonly cpu: number;
  readonly memory: number;
}

/** How much a compartment holds: a size, or several times the largest. */
export interface Room {
  readonly size: Size;
  readonly times: number;
}

/** What all crews ask for. */
export function needOf(crews: readonly Crew[]): Need {
  const of = (amount: (crew: Crew) => number) => crews.reduce((total, crew) => total + amount(crew), 0);
  return {
    pods: of(({ pods }) => pods),
    cpu: of(({ pods, size }) => pods * cores(COLLECTOR_SIZES[size].cpu)),
    memory: of(({ pods, size }) => pods * COLLECTOR_SIZES[size].memory),
  };
}

/** The smallest compartment with room for that. What grows with tenants or nodes outgrows every size, and has it several times. */
export function roomFor(need: Need, least: Size = 'S'): Room {
  const sizes = Object.keys(COMPARTMENT_SIZES) as Size[];
  const size = sizes.slice(sizes.indexOf(least)).find((each) => timesOf(each, need) <= 1);
  return size === undefined ? { size: 'XL', times: timesOf('XL', need) } : { size, times: 1 };
}

function timesOf(size: Size, { pods, cpu, memory }: Need): number {
  const room = COMPARTMENT_SIZES[size];
  return Math.ceil(Math.max(pods / room.pods, cpu / cores(room.cpu), memory / mebibytes(room.memory)));
}
