import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

const given = new Set<number>();

/** A port on loopback that nobody listens on, and that was not given before: who asked first may not listen yet. */
export async function freePort(): Promise<number> {
  const holder = createServer();
  await once(holder.listen(0, '127.0.0.1'), 'listening');
  const { port } = holder.address() as AddressInfo;
  await once(holder.close(), 'close');
  if (given.has(port)) return freePort();
  given.add(port);
  return port;
}
