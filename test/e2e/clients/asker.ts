import { Agent, get } from 'node:http';
import { Redis } from 'ioredis';
import pg from 'pg';

/** One standing connection of a real client. */
export interface Asker {
  /** Asks for a text of so many bytes. */
  ask(bytes: number): Promise<string>;
  close(): Promise<void>;
}

/** A kind of client, with whatever would hide an error switched off: no retries, no offline queue. */
export interface ClientKind {
  readonly name: 'pg' | 'redis' | 'http';
  /** @param timeoutMs the client's own limit for an answer; absent: its default, which is none */
  open(port: number, timeoutMs?: number): Promise<Asker>;
}

const pgKind: ClientKind = {
  name: 'pg',
  open: async (port, timeoutMs) => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      database: 'postgres',
      ...(timeoutMs === undefined ? {} : { query_timeout: timeoutMs }),
    });
    client.on('error', () => undefined);
    await client.connect();
    return {
      ask: async (bytes) => (await client.query<{ text: string }>("select repeat('x', $1) as text", [bytes])).rows[0]?.text ?? '',
      // A goodbye may never be answered.
      close: async () => void client.connection.stream.destroy(),
    };
  },
};

/** Key of a text that is long enough for every question. */
export const REDIS_KEY = 'text';

const redisKind: ClientKind = {
  name: 'redis',
  open: async (port, timeoutMs) => {
    const client = new Redis({
      host: '127.0.0.1',
      port,
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      // It would read 6 kB of the server's state on every new connection.
      enableReadyCheck: false,
      ...(timeoutMs === undefined ? {} : { commandTimeout: timeoutMs }),
    });
    let lost: Error | undefined;
    client.on('error', (error: Error) => {
      lost ??= error;
    });
    // What it rejects with is only that the connection is closed; why is in its error event.
    const why = (error: unknown): never => {
      throw lost ?? error;
    };
    await client.connect().catch(why);
    return {
      ask: (bytes) => client.getrange(REDIS_KEY, 0, bytes - 1).catch(why),
      close: async () => client.disconnect(),
    };
  },
};

const httpKind: ClientKind = {
  name: 'http',
  open: async (port, timeoutMs) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (bytes: number): Promise<string> =>
      new Promise((resolve, reject) => {
        const request = get({ host: '127.0.0.1', port, path: `/${bytes}`, agent }, (response) => {
          let text = '';
          response.setEncoding('latin1');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('error', reject);
          response.on('end', () => resolve(text));
        });
        request.on('error', reject);
        if (timeoutMs !== undefined) request.setTimeout(timeoutMs, () => request.destroy(new Error('request timeout')));
      });
    await ask(1);
    return { ask, close: async () => agent.destroy() };
  },
};

export const CLIENTS: readonly ClientKind[] = [pgKind, redisKind, httpKind];
