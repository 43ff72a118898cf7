import { createServer, type Server, type Socket } from 'node:net';
import { answerTo, readRequest } from './stub-protocol.js';

/** The loopback MCP server that the doctor measures this machine against: raw sockets, so that the generator is the dearer side. */
export function startStub(): Promise<{ readonly port: number; close(): void }> {
  const server: Server = createServer(serve);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('no port'));
      resolve({ port: address.port, close: () => void server.close() });
    });
  });
}

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let answers = '';
    for (let request = readRequest(rest); request !== undefined; request = readRequest(rest)) {
      answers += answerTo(request);
      rest = rest.subarray(request.length);
    }
    if (answers !== '') socket.write(answers);
  });
}
