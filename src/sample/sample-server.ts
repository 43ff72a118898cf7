import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { type Database, hardenedDatabase, weakDatabase } from './database.js';
import { OrderStore } from './order-store.js';
import { createOrderTools } from './order-tools.js';
import { Readiness } from './readiness.js';
import { createSampleMetrics } from './sample-metrics.js';
import { Sessions } from './sessions.js';
import { TenantLimits } from './tenant-limits.js';

export interface SampleServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Where queries go; it may be a proxy in front of the database. */
  readonly databaseUrl: string;
  readonly hardened: boolean;
  /** Never forgets a session, and keeps a little of every call. */
  readonly leak: boolean;
  /** Every query keeps its connection for so much longer. */
  readonly queryTimeMs?: number;
  /** Requests a second that each tenant (header `x-tenant`) may make. Absent: no limit. */
  readonly tenantLimitPerS?: number;
}

export interface SampleServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;
const IDLE_SESSION_MS = 5 * 60_000;

/** Starts the MCP server itself. @throws PlimsollError with exit code 8 when its port is taken. */
export async function startSampleServer(options: SampleServerOptions): Promise<SampleServer> {
  const database: Database = options.hardened
    ? hardenedDatabase(options.databaseUrl, options.queryTimeMs)
    : weakDatabase(options.databaseUrl, options.queryTimeMs);
  const store = new OrderStore(database, { countsApart: !options.hardened });
  const readiness = new Readiness(database);
  const leaked: Buffer[] = [];
  const metrics = createSampleMetrics({ sessions: () => sessions.size, pool: () => database.pool });
  const observe = (tool: string, seconds: number, failed: boolean): void => {
    metrics.observe(tool, seconds, failed);
    if (options.leak) leaked.push(Buffer.alloc(16 * 1024, leaked.length & 0xff));
  };
  const sessions = new Sessions(() => createOrderTools(store, observe), options.leak ? undefined : IDLE_SESSION_MS);
  const limits = options.tenantLimitPerS === undefined ? undefined : new TenantLimits(options.tenantLimitPerS);
  const reaper = setInterval(() => sessions.reap(), 30_000);
  reaper.unref();

  const answerJson = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?')[0];
    if (path === '/mcp') {
      const body = request.method === 'POST' ? await readJson(request) : undefined;
      if (body === TOO_LARGE) {
        response.setHeader('connection', 'close');
        return answerJson(response, 413, rpcError(-32600, 'Request body too large'));
      }
      if (limits?.refuse(request, response) === true) return;
      if (body === NOT_JSON) return answerJson(response, 400, rpcError(-32700, 'Parse error'));
      return sessions.handle(request, response, body);
    }
    if (path === '/health/live') return answerJson(response, 200, { status: 'ok' });
    if (path === '/health/ready') {
      const { ready, checks } = await readiness.check();
      return answerJson(response, ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', checks });
    }
    if (path === '/metrics') {
      response.writeHead(200, { 'content-type': metrics.contentType });
      response.end(await metrics.page());
      return;
    }
    answerJson(response, 404, { error: 'not found', paths: ['/mcp', '/health/live', '/health/ready', '/metrics'] });
  };
  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (!response.headersSent) answerJson(response, 500, rpcError(-32603, (error as Error).message));
      else response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host, resolve);
    });
  } catch (cause) {
    clearInterval(reaper);
    await database.close();
    throw new PlimsollError(`cannot listen on ${options.host}:${options.port}: ${(cause as Error).message}`, 'machine', {
      hint: 'stop what listens there, or give another port with --port',
      cause,
    });
  }
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}/mcp`,
    close: async () => {
      clearInterval(reaper);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await sessions.close();
      server.closeAllConnections();
      await closed;
      // A query that hangs in a broken database must not hold up the end.
      await Promise.race([database.close().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
    },
  };
}

const TOO_LARGE = Symbol('too large');
const NOT_JSON = Symbol('not JSON');

const rpcError = (code: number, message: string) => ({ jsonrpc: '2.0', id: null, error: { code, message } });

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Left early the connection must stand, to carry the refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return TOO_LARGE;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return NOT_JSON;
  }
}
