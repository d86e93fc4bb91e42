import { UsageError } from './exit';

/** One app as people call it on the command line: `shop/web`. */
export interface AppReference {
  readonly tenant: string;
  readonly app: string;
}

/** @throws {UsageError} when it is not of this form */
export function splitReference(text: string): AppReference {
  const [tenant = '', app = '', ...more] = text.split('/');
  if (tenant === '' || app === '' || more.length > 0)
    throw new UsageError(`"${text}" names no app. Write <team>/<app>, for example shop/web.`);
  return { tenant, app };
}
