import { Client } from 'undici';
import type { Dialer } from './dialer.js';

/** A server's `Keep-Alive: timeout=N` is taken for so much less: its clock ran before its answer was here. */
const HINT_MARGIN_MS = 500;

export interface ConnectionPoolOptions {
  readonly origin: string;
  readonly dialer: Dialer;
  /** Most bytes of an answer's head. */
  readonly headerBytes: number;
  /** A connection that carried no request for so long is closed; sooner where the server says so (`Keep-Alive: timeout=N`). */
  readonly idleTimeoutMs: number;
  /** So many connections are foreseen. */
  readonly expected: number;
  /** Told of each connection beyond those: answered streams that the server leaves open hold theirs for a while. */
  readonly onExtra: () => void;
  /** Told of each connection that was reset while it carried nothing: a call that waited for it goes out on a new one. */
  readonly onIdleReset: () => void;
}

/** One keep-alive connection for one call at a time; it connects again by itself after its socket was closed. */
export class Connection {
  readonly client: Client;
  /** Its socket has carried no request yet. */
  fresh = true;
  /** A request is on its socket. */
  carrying = false;
  /** When its last request was over; below 0: there was none. */
  idleSinceMs = -1;
  /** When it was taken for the request that it carries. */
  takenMs = 0;
  #giveUp: (() => void) | undefined;

  constructor({ origin, dialer, headerBytes, idleTimeoutMs, onIdleReset }: ConnectionPoolOptions) {
    this.client = new Client(origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: headerBytes,
      keepAliveTimeout: idleTimeoutMs,
      keepAliveMaxTimeout: idleTimeoutMs,
      keepAliveTimeoutThreshold: HINT_MARGIN_MS,
      connect: (options, callback) => {
        this.#giveUp = dialer.dial(options, (...result) => {
          this.#giveUp = undefined;
          this.fresh = true;
          this.idleSinceMs = -1;
          if (result[0] === null)
            result[1].prependListener('error', (error) => {
              if (!this.carrying && asClosed(error)) onIdleReset();
            });
          callback(...result);
        });
      },
    });
  }

  /** How long it had been idle before it was taken; 0 for a new socket. */
  get idleMs(): number {
    return this.idleSinceMs < 0 ? 0 : this.takenMs - this.idleSinceMs;
  }

  /** Ends the connection, also while it is being made. */
  destroy(): void {
    this.#giveUp?.();
    this.client.destroy().catch(() => undefined);
  }
}

/**
 * A connection that is reset while it carries nothing is no more to a request that waits for it than one that is closed: nothing of it was written. undici
 * connects anew after a close, but fails what waits by a reset; by the code of a close it connects anew.
 */
function asClosed(error: Error): boolean {
  if (!('code' in error) || (error.code !== 'ECONNRESET' && error.code !== 'EPIPE')) return false;
  error.code = 'UND_ERR_SOCKET';
  return true;
}

/**
 * Connections to one origin. The one used last is taken first: few sockets stay warm and the rest time out, and finding a free one
 * does not mean looking at all of them, as undici's own pool does. Opens as many as there are calls at once; the caller bounds those.
 */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions;
  readonly #free: Connection[] = [];
  readonly #all = new Set<Connection>();
  /** Requests sent on a connection that had carried one before. */
  reused = 0;

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
  }

  acquire(): Connection {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#all.size >= this.#options.expected) this.#options.onExtra();
    const connection = new Connection(this.#options);
    this.#all.add(connection);
    return connection;
  }

  release(connection: Connection): void {
    connection.carrying = false;
    if (this.#all.has(connection)) this.#free.push(connection);
  }

  /** Drops a connection whose request cannot be taken back otherwise. */
  discard(connection: Connection): void {
    this.#all.delete(connection);
    connection.destroy();
  }

  close(): void {
    for (const connection of this.#all) connection.destroy();
    this.#all.clear();
    this.#free.length = 0;
  }
}
