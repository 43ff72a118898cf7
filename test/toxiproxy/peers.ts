import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { serveToxiproxy, type ToxiproxyServer } from '../../src/toxiproxy/serve-toxiproxy.js';
import { callJson } from './api-client.js';

export interface Peer {
  readonly address: string;
  readonly sockets: Set<Socket>;
  close(): void;
}

/** A TCP server on a free loopback port; half-open sockets stay open until `serve` ends them. */
export const startPeer = async (serve: (socket: Socket) => void): Promise<Peer> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    sockets,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

/** Sends back what it gets, with backpressure, and its end. */
export const echo = (socket: Socket): void => {
  socket.pipe(socket);
};

export interface Rig {
  readonly api: string;
  readonly server: ToxiproxyServer;
  readonly peer: Peer;
  /** Of the proxy `p`. */
  readonly port: number;
  addToxic(toxic: object): Promise<void>;
  patchToxic(name: string, change: object): Promise<void>;
  removeToxic(name: string): Promise<void>;
  counters(): Promise<ProxyCounters>;
  open(): Promise<Socket>;
  close(): Promise<void>;
}

export interface ProxyCounters {
  readonly connections: { accepted: number; open: number; upstreamFailed: number; reset: number };
  readonly bytes: Record<'upstream' | 'downstream', { received: number; sent: number }>;
  readonly toxics: Record<string, { affected: number }>;
}

/** A server with one proxy `p` in front of a peer. */
export const startRig = async (serve: (socket: Socket) => void = echo, seed = 1): Promise<Rig> => {
  const server = await serveToxiproxy({ host: '127.0.0.1', port: 0, seed });
  const peer = await startPeer(serve);
  const api = server.url;
  const { listen } = await callJson<{ listen: string }>(api, 'POST', '/proxies', {
    name: 'p',
    listen: '127.0.0.1:0',
    upstream: peer.address,
  });
  const port = Number(listen.split(':').at(-1));
  const opened: Socket[] = [];
  return {
    api,
    server,
    peer,
    port,
    addToxic: (toxic) => callJson(api, 'POST', '/proxies/p/toxics', toxic),
    patchToxic: (name, change) => callJson(api, 'PATCH', `/proxies/p/toxics/${name}`, change),
    removeToxic: (name) => callJson(api, 'DELETE', `/proxies/p/toxics/${name}`),
    counters: async () => (await callJson<{ proxies: { p: ProxyCounters } }>(api, 'GET', '/plimsoll/counters')).proxies.p,
    open: async () => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      opened.push(socket);
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      return socket;
    },
    close: async () => {
      for (const socket of opened) socket.destroy();
      await server.close();
      peer.close();
    },
  };
};

/** Everything until the other side ends; our own side stays open. Rejects on a socket error. */
export const readAll = (socket: Socket): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('end', () => resolve(Buffer.concat(chunks)));
    socket.once('error', reject);
    socket.resume();
  });

/** What ended the socket: an error code, `end` for a clean FIN. */
export const endingOf = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('end', () => resolve('end'));
    socket.once('close', () => resolve('close'));
    socket.resume();
  });

/** Sends text and waits for as many bytes back. */
export const ask = (socket: Socket, question: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const stop = (): void => {
      socket.off('data', take).off('close', gone);
    };
    const take = (chunk: Buffer): void => {
      answer += chunk.toString('latin1');
      if (answer.length < question.length) return;
      stop();
      resolve(answer);
    };
    const gone = (): void => {
      stop();
      reject(new Error('closed'));
    };
    socket.on('data', take).on('close', gone);
    socket.write(question, 'latin1');
  });

/** Polls until `probe` says yes; the test's own limit ends it otherwise. */
export const until = async (probe: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await probe())) await new Promise((resolve) => setTimeout(resolve, 5));
};
