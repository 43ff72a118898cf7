import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { startEmbeddedDatabase } from '../../../src/sample/embedded-database.js';
import { freePort } from '../../fixtures/ports.js';
import { redisPath } from '../../requirement.js';
import { REDIS_KEY } from './asker.js';

/** What the clients talk to: a PostgreSQL, a Redis where there is one, an HTTP server. */
export interface Upstreams {
  readonly addresses: Readonly<Partial<Record<'pg' | 'redis' | 'http', string>>>;
  stop(): Promise<void>;
}

const TEXT = 'x'.repeat(100_000);

/** An HTTP server that answers `/N` with N bytes. */
export async function startHttp(letter = 'x'): Promise<{ readonly address: string; stop(): void }> {
  const server = createServer((request, response) => void response.end(letter.repeat(Number(request.url?.slice(1))))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function startRedis(path: string): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const port = await freePort();
  const args = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  const child = spawn(path, args, { stdio: 'ignore', cwd: '/' });
  const client = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  await client.set(REDIS_KEY, TEXT);
  client.disconnect();
  return {
    address: `127.0.0.1:${port}`,
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

export async function startUpstreams(): Promise<Upstreams> {
  const database = await startEmbeddedDatabase(await freePort());
  const path = redisPath();
  const redis = path === undefined ? undefined : await startRedis(path);
  const http = await startHttp();
  return {
    addresses: {
      pg: `127.0.0.1:${database.port}`,
      ...(redis === undefined ? {} : { redis: redis.address }),
      http: http.address,
    },
    stop: async () => {
      http.stop();
      await redis?.stop();
      await database.stop();
    },
  };
}
