import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { ApiError } from './api-error.js';
import { createApiServer } from './api-server.js';
import { systemClock } from './clock.js';
import { formatHostPort } from './host-port.js';
import { ProxyCollection, type ProxyInput } from './proxy-collection.js';
import { readProxyInputs } from './proxy-input.js';

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

const HINT = 'A JSON array of { "name", "listen", "upstream", "enabled" }, as for POST /populate; without toxics.';

/** Line and column of a place in the text, from 1. Node's message gives the place only for some errors; else it is the end. */
const placeOf = (content: string, message: string): string => {
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? content.length);
  const lines = content.slice(0, position).split('\n');
  return `${lines.length}:${(lines.at(-1) as string).length + 1}`;
};

/** Reads proxies to start with. @throws PlimsollError (usage) for a file that cannot be read or makes no sense. */
const readConfigFile = async (file: string): Promise<readonly ProxyInput[]> => {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (cause) {
    throw new PlimsollError(`cannot read the proxy list ${file}: ${(cause as Error).message}`, 'usage', { hint: HINT, cause });
  }
  let list: unknown;
  try {
    list = JSON.parse(content);
  } catch (cause) {
    const { message } = cause as Error;
    throw new PlimsollError(`${file}:${placeOf(content, message)}: no JSON: ${message}`, 'usage', { hint: HINT, cause });
  }
  try {
    return readProxyInputs(list);
  } catch (cause) {
    if (!(cause instanceof ApiError)) throw cause;
    throw new PlimsollError(`${file}: ${cause.message.replace('bad request body: ', '')}`, 'usage', { hint: HINT, cause });
  }
};
