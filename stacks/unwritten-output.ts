import { EXIT } from './exit';

/**
 * Has a run say when its output could not be written, as on a full disk: what is there would be taken for the whole. A reader that
 * has had enough, as `head` has, is told nothing, and the exit code stays what it was.
 */
export function tellWhenUnwritten(output: NodeJS.WriteStream): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.exitCode = EXIT.broken;
    if (output !== process.stderr)
      process.stderr.write(`bulkhead: What was asked for cannot be written: ${error.message}.\n`);
  });
}
