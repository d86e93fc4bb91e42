import { ANNOTATION } from '../constructs/labels';
import type { PlannedManifest } from './planned';

/**
 * What of a compartment is applied together, in this order. Each stands before the next one is applied, and jobs among what
 * comes before a release have ended well: whatever delivers waits for that, or tells that it does not.
 */
export const STAGES = ['boundary', 'before-release', 'contents'] as const;

export type Stage = (typeof STAGES)[number];

export function stageOf({ half, manifest }: Pick<PlannedManifest, 'half' | 'manifest'>): Stage {
  if (half === 'boundary') return 'boundary';
  return manifest.metadata.annotations?.[ANNOTATION.beforeRelease] === 'true' ? 'before-release' : 'contents';
}
