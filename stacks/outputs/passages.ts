import { foldRows, type MatrixRow, matrixOf } from '../../policies/reachability/matrix';
import type { Proof } from '../../policies/reachability/prove';

const ABOUT = `Computed from the rendered objects, at every gate: whatever is not here is closed. \`/*\` means every app of a compartment.
A node reaches the pods that run on it, which no NetworkPolicy can change.`;

/**
 * Who reaches whom, on what, and why, as files: text by name, one for people and one for programs. Rows are in a fixed order, so
 * that a review of two versions shows what changed in reachability, and nothing else.
 */
export function passageFiles(environment: string, proof: Proof): Map<string, string> {
  const rows = matrixOf(proof);
  const onNodes = proof.model.onNodes.map(({ namespace, manifest }) => `${namespace}/${manifest.metadata.name}`).sort();
  const markdown = [
    `# ${environment}: who reaches whom\n\n${ABOUT}\n`,
    ...(onNodes.length > 0 ? [`Part of their nodes, and so outside all gates: ${onNodes.join(', ')}.\n`] : []),
    markdownTable(foldRows(rows)),
  ].join('\n');
  return new Map([
    ['passages.md', markdown],
    ['passages.json', `${JSON.stringify({ environment, onNodes, flows: rows }, null, 2)}\n`],
  ]);
}

function markdownTable(rows: readonly MatrixRow[]): string {
  const lines = rows.map(({ from, to, ports, why }) => [from, to, ports, why].map(cell).join(' | '));
  return ['from | to | ports | why', '--- | --- | --- | ---', ...lines].map((line) => `| ${line} |\n`).join('');
}

/** Text that cannot end its cell, nor mean anything but itself. */
function cell(text: string): string {
  return text.replaceAll(/[\\|`<]/g, (character) => `\\${character}`).replaceAll(/\s+/g, ' ');
}
