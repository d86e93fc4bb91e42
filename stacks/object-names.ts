import { groupOf, type Manifest } from '../constructs/manifest';

interface NameRule {
  readonly pattern: RegExp;
  readonly length: number;
  readonly form: string;
}

const SUBDOMAIN: NameRule = {
  pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
  length: 253,
  form: 'lower-case letters, digits, dashes and dots',
};
const LABEL: NameRule = {
  pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  length: 63,
  form: 'lower-case letters, digits and dashes',
};
const SERVICE: NameRule = {
  pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
  length: 63,
  form: `${LABEL.form}, starting with a letter`,
};
const CRON_JOB: NameRule = { ...SUBDOMAIN, length: 52 };
const PATH_SEGMENT: NameRule = { pattern: /^(?!\.{1,2}$)[^/%]+$/, length: 253, form: 'anything without "/" and "%"' };

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const RULES: Readonly<Record<string, NameRule>> = {
  '/Namespace': LABEL,
  '/Service': SERVICE,
  'batch/CronJob': CRON_JOB,
  'rbac.authorization.k8s.io/ClusterRole': PATH_SEGMENT,
  'rbac.authorization.k8s.io/ClusterRoleBinding': PATH_SEGMENT,
  'rbac.authorization.k8s.io/Role': PATH_SEGMENT,
  'rbac.authorization.k8s.io/RoleBinding': PATH_SEGMENT,
};

const KIND = /^[A-Z][A-Za-z0-9]*$/;

/** Room for kind, group and ending beside a name, within the 255 bytes that file systems give a file's name. */
const FILE_NAME_LENGTH = 250;

/** What is wrong with an object's kind or name and what to write, or `undefined`. */
export function nameProblem({ apiVersion, kind, metadata, items }: Manifest): string | undefined {
  if (!KIND.test(kind)) return `"${kind}" is no kind. Write one as the API spells it, for example "ConfigMap".`;
  // Whoever applies a list applies what is in it, which nothing here would have looked at.
  if (items !== undefined) return `${kind} holds other objects. Add them one by one.`;
  if (`${kind}.${groupOf(apiVersion)}.${metadata.name}`.length > FILE_NAME_LENGTH) {
    return `${kind} ${metadata.name} is too long for a file's name. Write a shorter one.`;
  }
  const rule = RULES[`${groupOf(apiVersion)}/${kind}`] ?? SUBDOMAIN;
  const { name } = metadata;
  if (typeof name === 'string' && name.length <= rule.length && rule.pattern.test(name)) return undefined;
  return `"${name}" is no valid name for a ${kind}. Write ${rule.form}, at most ${rule.length} characters.`;
}
