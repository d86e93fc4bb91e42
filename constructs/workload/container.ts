import type { Container } from 'kubernetes-types/core/v1';
import { amountsOf } from '../app/size-spec';
import type { Workload } from '../app-spec';
import type { Compartment } from '../compartment';
import { environmentOf } from '../environment';
import { ephemeralStorage } from './disk';
import { literal, variables } from './variables';

/** What every container of an app has, fit for the *restricted* Pod Security Standard. */
export function container(name: string, app: Workload, compartment: Compartment): Container {
  const storage = ephemeralStorage(app);
  const { cpu, memory } = amountsOf(app.size);
  return {
    name,
    image: app.image,
    ...(app.command ? { command: app.command.map((word) => literal(word)) } : {}),
    ...(app.args ? { args: app.args.map((word) => literal(word)) } : {}),
    env: variables(app, environmentOf(compartment), compartment.domain),
    resources: {
      requests: { cpu, memory, 'ephemeral-storage': storage.request },
      limits: { memory, 'ephemeral-storage': storage.limit },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}
