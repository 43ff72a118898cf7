import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ApiError } from './api-error.js';
import { type ApiReply, failure } from './api-reply.js';
import { answer } from './api-routes.js';
import type { ProxyCollection } from './proxy-collection.js';
import { readBody } from './request-body.js';

/** A request that takes longer to arrive is cut off; Toxiproxy's own limit. */
const REQUEST_LIMIT_MS = 15_000;

const send = (response: ServerResponse, reply: ApiReply): void => {
  const headers: Record<string, string> = { 'X-Toxiproxy-Request-Id': randomBytes(10).toString('hex') };
  if (reply.contentType !== undefined) headers['Content-Type'] = reply.contentType;
  // As Go's http.Error does: a browser must not guess another type for an error text.
  if (reply.contentType?.startsWith('text/plain')) headers['X-Content-Type-Options'] = 'nosniff';
  response.writeHead(reply.status, headers).end(reply.body ?? '');
};

const handle = async (request: IncomingMessage, proxies: ProxyCollection, seed: number): Promise<ApiReply> => {
  try {
    const body = await readBody(request);
    const path = (request.url ?? '/').split('?', 1)[0] as string;
    const userAgent = request.headers['user-agent'] ?? '';
    return await answer({ method: request.method ?? '', path, userAgent, body }, proxies, seed);
  } catch (error) {
    // A request alone must never take the proxies down with it.
    return failure(error instanceof ApiError ? error : new ApiError(`internal error: ${(error as Error).message}`, 500));
  }
};

/** The HTTP edge: reads requests, writes replies. */
export const createApiServer = (proxies: ProxyCollection, seed: number): Server => {
  const server = createServer({ requestTimeout: REQUEST_LIMIT_MS, headersTimeout: REQUEST_LIMIT_MS }, (request, response) => {
    void handle(request, proxies, seed).then((reply) => {
      if (!response.destroyed) send(response, reply);
    });
  });
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
};
