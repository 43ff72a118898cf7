import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';

interface Session {
  readonly transport: StreamableHTTPServerTransport;
  readonly server: McpServer;
  usedMs: number;
}

const refuse = (response: ServerResponse, status: number, code: number, message: string): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } }));
};

/** The sessions of a stateful MCP server over Streamable HTTP: one transport and one server each. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #createServer: () => McpServer;
  readonly #idleMs: number | undefined;

  /** @param idleMs sessions unused for so long are ended by `reap`; undefined: no session is ever let go of, not even when its client ends it, as in leaking servers */
  constructor(createServer: () => McpServer, idleMs: number | undefined) {
    this.#createServer = createServer;
    this.#idleMs = idleMs;
  }

  get size(): number {
    return this.#sessions.size;
  }

  async handle(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    const id = request.headers['mcp-session-id'];
    if (typeof id === 'string') {
      const session = this.#sessions.get(id);
      if (session === undefined) return refuse(response, 404, -32001, 'Session not found');
      session.usedMs = performance.now();
      return session.transport.handleRequest(request, response, body);
    }
    if (request.method !== 'POST' || !isInitializeRequest(body)) {
      return refuse(response, 400, -32000, 'Bad Request: no session; send initialize first');
    }
    const server = this.#createServer();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (sessionId) => {
        this.#sessions.set(sessionId, { transport, server, usedMs: performance.now() });
      },
      onsessionclosed: (sessionId) => {
        if (this.#idleMs !== undefined) this.#end(sessionId);
      },
    });
    // The SDK's own type of `onclose` does not agree with its interface under exactOptionalPropertyTypes.
    await server.connect(transport as unknown as Parameters<McpServer['connect']>[0]);
    await transport.handleRequest(request, response, body);
  }

  /** Ends the sessions that were not used for a while. */
  reap(): void {
    const idleMs = this.#idleMs;
    if (idleMs === undefined) return;
    const oldestMs = performance.now() - idleMs;
    for (const [id, session] of this.#sessions) if (session.usedMs < oldestMs) this.#end(id);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#sessions.values()].map(({ server }) => server.close()));
    this.#sessions.clear();
  }

  #end(id: string): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    void session?.server.close().catch(() => {});
  }
}
