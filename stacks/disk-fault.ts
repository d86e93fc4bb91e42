import { TreeError } from './outputs/gitops/write-tree';

/** Whether an error tells of what the disk holds or refuses, and so of no defect: its message is what there is to say. */
export function isDiskFault(error: unknown): error is Error {
  return error instanceof TreeError || (error instanceof Error && 'syscall' in error);
}
