/**
 * The supported Kubernetes minors, each with the patch release that the harness builds: the newest one of which the Go modules
 * are all to be had. Later 1.32 releases lack some.
 */
export const kubernetesReleases = {
  '1.32': '1.32.2',
  '1.33': '1.33.13',
  '1.34': '1.34.4',
  '1.35': '1.35.4',
  '1.36': '1.36.3',
} as const;

export type Minor = keyof typeof kubernetesReleases;

/** The minor a cluster runs when none is named; its go.mod and go.sum are committed. */
export const defaultMinor: Minor = '1.36';

/** How many minors back an API server can emulate with `--emulated-version`. */
const emulationDepth = 3;

/**
 * The minor that a person typed.
 *
 * @throws when the minor is not in the table
 */
export function minorNamed(text: string): Minor {
  if (isMinor(text)) return text;
  throw new Error(`Kubernetes ${text} is not supported; choose one of ${Object.keys(kubernetesReleases).join(', ')}.`);
}

/** Whether the default minor's binary can behave like `minor`. */
export function canEmulate(minor: Minor): boolean {
  const behind = Number(defaultMinor.slice(2)) - Number(minor.slice(2));
  return behind >= 0 && behind <= emulationDepth;
}

function isMinor(text: string): text is Minor {
  return Object.hasOwn(kubernetesReleases, text);
}
