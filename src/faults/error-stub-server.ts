import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ErrorStub {
  /** host:port */
  readonly address: string;
  close(): void;
}

/** An HTTP server on loopback that answers every request with one status. */
export async function startErrorStub(status: number, retryAfterS: number | undefined): Promise<ErrorStub> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
    });
    response.end(JSON.stringify({ error: `plimsoll answers ${status} in place of the dependency` }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
