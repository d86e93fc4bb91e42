import * as z from 'zod';
import { line } from './line';

/** The ledger of what may break a rule for a while, and who answers for it. */
export const exemptions = z
  .array(
    z.strictObject({
      rule: z
        .string()
        .regex(/^[a-z0-9-]+$/, 'Write the id of a rule, such as "containers-are-not-privileged".')
        .describe('Id of the rule.'),
      object: z
        .string()
        .regex(
          /^([a-z0-9-]+ )?[A-Za-z]+\/[a-z0-9][a-z0-9.-]*$/,
          'Write one object as findings name it, such as "shop Deployment/web".',
        )
        .describe('The object, as findings name it. What it makes, such as its pods, is exempt with it.'),
      owner: line().describe('Who answers for it.'),
      reason: line().describe('Why the rule cannot be kept yet.'),
      expires: z.iso.date('Write a day, such as "2027-01-31".').describe('The last day on which it holds.'),
    }),
  )
  .default([])
  .describe('Leave to break a rule, one object and one rule at a time.');
