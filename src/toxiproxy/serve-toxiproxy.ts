import { randomInt } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { createApiServer } from './api-server.js';
import { systemClock } from './clock.js';
import { readConfigFile } from './config-file.js';
import { formatHostPort } from './host-port.js';
import { ProxyCollection } from './proxy-collection.js';

export interface ToxiproxyOptions {
  /** Where the HTTP API listens. There is no authentication: loopback unless you know better. */
  readonly host: string;
  /** 0: any free port, see `url`. */
  readonly port: number;
  /** Path of a JSON list of proxies to start with. */
  readonly config?: string;
  /** Decides toxicity, jitter and slices; absent: drawn, and shown at /plimsoll/counters. */
  readonly seed?: number;
}

export interface ToxiproxyServer {
  /** Of the API, without a slash at the end. */
  readonly url: string;
  readonly seed: number;
  /** Drops every toxic and enables every proxy. */
  reset(): Promise<void>;
  /** Stops the API and every proxy; open connections are cut. */
  close(): Promise<void>;
}

/**
 * Starts the embedded Toxiproxy-compatible server in this process. The load must run in another one: its stalls would become injected latency.
 * @throws PlimsollError usage for a bad config file, machine for a port that cannot be had.
 */
export const serveToxiproxy = async (options: ToxiproxyOptions): Promise<ToxiproxyServer> => {
  const { host, port, config, seed = randomInt(2 ** 31) } = options;
  const inputs = config === undefined ? [] : await readConfigFile(config);
  const proxies = new ProxyCollection({ clock: systemClock, seed });
  const server = createApiServer(proxies, seed);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const at = formatHostPort({ host, port });
      const hint = cause.code === 'EADDRINUSE' ? 'Another Toxiproxy may be running there; choose another --port.' : undefined;
      reject(new PlimsollError(`the proxy's API cannot listen on ${at}: ${cause.message}`, 'machine', { cause, hint }));
    });
    server.listen({ host, port }, resolve);
  });
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await proxies.clear();
  };
  const populated = await proxies.populate(inputs);
  if (populated.error !== undefined) {
    await close();
    throw new PlimsollError(`${config}: ${populated.error.message}`, 'machine', { cause: populated.error });
  }
  const { address, port: boundPort } = server.address() as AddressInfo;
  return {
    url: `http://${formatHostPort({ host: address, port: boundPort })}`,
    seed,
    reset: () => proxies.reset(),
    close,
  };
};
