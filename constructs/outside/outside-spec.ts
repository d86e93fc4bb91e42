import * as z from 'zod';
import { cidr, domainName } from '../names';

const port = z.int().min(1).max(65535);

/** Hosts outside the cluster that apps may reach if they say so. */
export const outsideSection = z
  .record(
    domainName,
    z.strictObject({
      cidrs: z.tuple([cidr], cidr).describe('Its addresses. NetworkPolicies know no names, so they are said here.'),
      ports: z.tuple([port], port).default([443]).describe('Ports that may be reached there.'),
    }),
  )
  .default({})
  .describe('Hosts outside that apps may reach if they say so, by name. Left out: none.');
