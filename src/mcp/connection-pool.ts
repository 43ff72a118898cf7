import { Client } from 'undici';
import type { Dialer } from './dialer.js';

/** One keep-alive connection for one call at a time; it connects again by itself after its socket was closed. */
export class Connection {
  readonly client: Client;
  /** Its socket has carried no request yet. */
  fresh = true;
  #giveUp: (() => void) | undefined;

  constructor(origin: string, dialer: Dialer, headerBytes: number) {
    this.client = new Client(origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: headerBytes,
      connect: (options, callback) => {
        this.#giveUp = dialer.dial(options, (...result) => {
          this.#giveUp = undefined;
          this.fresh = true;
          callback(...result);
        });
      },
    });
  }

  /** Ends the connection, also while it is being made. */
  destroy(): void {
    this.#giveUp?.();
    this.client.destroy().catch(() => undefined);
  }
}

/**
 * Connections to one origin. The one used last is taken first: few sockets stay warm and the rest time out, and finding a free one
 * does not mean looking at all of them, as undici's own pool does. Opens as many as there are calls at once; the caller bounds those.
 */
export class ConnectionPool {
  readonly #origin: string;
  readonly #dialer: Dialer;
  readonly #headerBytes: number;
  readonly #expected: number;
  readonly #onExtra: () => void;
  readonly #free: Connection[] = [];
  readonly #all = new Set<Connection>();
  /** Requests sent on a connection that had carried one before. */
  reused = 0;

  /** `onExtra` is told of each connection beyond the `expected` number: answered streams that the server leaves open hold theirs for a while. */
  constructor(origin: string, dialer: Dialer, headerBytes: number, expected: number, onExtra: () => void) {
    this.#origin = origin;
    this.#dialer = dialer;
    this.#headerBytes = headerBytes;
    this.#expected = expected;
    this.#onExtra = onExtra;
  }

  acquire(): Connection {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#all.size >= this.#expected) this.#onExtra();
    const connection = new Connection(this.#origin, this.#dialer, this.#headerBytes);
    this.#all.add(connection);
    return connection;
  }

  release(connection: Connection): void {
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
