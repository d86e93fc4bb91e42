import { COMPARTMENT_SIZES, type Size } from '../defaults';
import type { Problem } from '../input/problem';
import { cores, mebibytes } from '../quantity';
import { COLLECTOR_SIZES } from './defaults';

/** Collectors of one size, and the most pods that they can be. */
export interface Crew {
  readonly pods: number;
  readonly size: Size;
}

/** The smallest compartment with room for all of them, rollouts included. */
export function roomFor(crews: readonly Crew[]): Size | undefined {
  const pods = sum(crews.map(({ pods }) => pods));
  const memory = sum(crews.map(({ pods, size }) => pods * COLLECTOR_SIZES[size].memory));
  const cpu = sum(crews.map(({ pods, size }) => pods * cores(COLLECTOR_SIZES[size].cpu)));
  const fits = (size: Size) => {
    const room = COMPARTMENT_SIZES[size];
    return pods <= room.pods && memory <= mebibytes(room.memory) && cpu <= cores(room.cpu);
  };
  return (Object.keys(COMPARTMENT_SIZES) as Size[]).find(fits);
}

/** What is wrong where not even the largest compartment has room. */
export function roomProblems(crews: readonly Crew[]): Problem[] {
  if (roomFor(crews) !== undefined) return [];
  const pods = sum(crews.map(({ pods }) => pods));
  const problem = `${pods} collectors of these sizes do not fit into the largest compartment.`;
  return [{ path: ['nodes'], problem, fix: 'Write fewer nodes, or a smaller size.' }];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
