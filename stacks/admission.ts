import type { Environment } from '../constructs/environment';
import { admissionPolicies } from '../policies/cel/admission';
import { CEL_RULES } from '../policies/cel/check';
import { current } from '../policies/cel/exemption';
import type { Manifest } from '../policies/manifest';

/** A day before every other. */
export const BEFORE_EVERY_EXPIRY = '0000-01-01';

/**
 * What makes the API server enforce the rules in an environment. Exemptions that are over stand there, too: the pods of a held
 * tenant may be moved to another node, and the day changes no object.
 */
export function admissionOf({ podSecurity, exemptions }: Environment): Manifest[] {
  return admissionPolicies(CEL_RULES, { podSecurity, exemptions: current(exemptions, BEFORE_EVERY_EXPIRY) });
}
