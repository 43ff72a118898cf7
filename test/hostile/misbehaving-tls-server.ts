import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Listening, listen } from '../fixtures/listen.js';

const pem = (name: string): string => readFileSync(join(import.meta.dirname, '..', 'fixtures', 'tls', name), 'utf8');
const GOOD = { key: pem('server.key'), cert: pem('server.pem') };
export const AUTHORITY = pem('authority.pem');

type Handle = (socket: Socket) => void;

/** Ways to meet a new connection, by name; the handler is what is behind TLS that works. */
const TLS_MISBEHAVIOURS = {
  'tls-expired': { key: pem('server.key'), cert: pem('expired.pem') },
  'tls-signed-by-a-stranger': { key: pem('other.key'), cert: pem('stranger.pem') },
  'tls-for-another-name': { key: pem('client.key'), cert: pem('client.pem') },
  'tls-wants-our-certificate': { ...GOOD, ca: AUTHORITY, requestCert: true, rejectUnauthorized: true },
  // A server of old: OpenSSL wants its lowest level of safety for it.
  'tls-old-version': { ...GOOD, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
  // Its key is not one of RSA.
  'tls-no-cipher-of-ours': { ...GOOD, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' },
  'tls-plain-http': (socket) => void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\nspeak plainly\r\n')),
  'tls-garbage': (socket) => void socket.once('data', () => socket.end(Buffer.alloc(4096, 0x2a))),
  'tls-reset-in-handshake': (socket) => void socket.once('data', () => socket.resetAndDestroy()),
  'tls-closed-in-handshake': (socket) => void socket.once('data', () => socket.end()),
  'tls-silence': (socket) => void socket.resume(),
} satisfies Record<string, ServerOptions | Handle>;

export type TlsMisbehaviour = keyof typeof TLS_MISBEHAVIOURS;
export const TLS_NAMES = Object.keys(TLS_MISBEHAVIOURS) as readonly TlsMisbehaviour[];

export interface MisbehavingTlsServer extends Listening {
  /** Meets new connections in this way from now on. */
  turn(how: TlsMisbehaviour | 'fine'): void;
  /** Ends the connections that stand, but those of event streams that are held. */
  dropIdle(): void;
}

/** https in front of a handler, which turns bad when it is told to. */
export async function misbehavingTlsServer(handler: RequestListener): Promise<MisbehavingTlsServer> {
  const held = new Set<Socket>();
  const behind = (options: ServerOptions): Handle => {
    const server = createHttps(options, (request, response) => {
      if (request.method === 'GET') held.add(fronts.get(request.socket) ?? request.socket);
      handler(request, response);
    });
    server.on('tlsClientError', () => {});
    server.on('secureConnection', (secure) => {
      // The plain socket below it is the one that is counted.
      const plain = (secure as unknown as { readonly _parent?: Socket })._parent;
      if (plain !== undefined) fronts.set(secure, plain);
    });
    return (socket) => void server.emit('connection', socket);
  };
  const fronts = new WeakMap<Socket, Socket>();
  const fine = behind(GOOD);
  let meet = fine;
  const listening = await listen(
    createServer((socket) => {
      socket.on('error', () => {});
      meet(socket);
    }),
  );
  return {
    ...listening,
    turn: (how) => {
      const bad: ServerOptions | Handle | undefined = how === 'fine' ? undefined : TLS_MISBEHAVIOURS[how];
      meet = bad === undefined ? fine : typeof bad === 'function' ? bad : behind(bad);
    },
    dropIdle: () => {
      for (const socket of listening.sockets) if (!held.has(socket)) socket.destroy();
    },
  };
}
