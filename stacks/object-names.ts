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

/** What is wrong with an object's name and what to write, or `undefined`. */
export function nameProblem({ apiVersion, kind, metadata }: Manifest): string | undefined {
  const rule = RULES[`${groupOf(apiVersion)}/${kind}`] ?? SUBDOMAIN;
  const { name } = metadata;
  if (typeof name === 'string' && name.length <= rule.length && rule.pattern.test(name)) return undefined;
  return `"${name}" is no valid name for a ${kind}. Write ${rule.form}, at most ${rule.length} characters.`;
}
