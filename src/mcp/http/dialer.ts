import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { TlsMaterial } from '../../scenario/target.js';
import { connectOptions } from '../../scenario/tls-connect.js';
import { noteNeverConnected } from '../call/socket-error.js';
import { readOnAfterWriteError } from './late-write-error.js';

/**
 * Opens sockets for undici, counts them and can end those that are still connecting: undici itself lets an attempt run on
 * after the call that wanted it has timed out, which towards a host that swallows packets is minutes.
 */
export class Dialer {
  readonly #connect: buildConnector.connector;
  readonly #connecting = new Set<Socket>();
  #opened = 0;

  /** @param tls for https targets */
  constructor(tls?: TlsMaterial) {
    const options = tls === undefined ? {} : connectOptions(tls);
    this.#connect = buildConnector({ timeout: 0, ...options } as buildConnector.BuildOptions);
  }

  /** Connections that came to stand. */
  get opened(): number {
    return this.#opened;
  }

  /** Connects; returns a function that gives the attempt up. */
  dial(options: buildConnector.Options, callback: buildConnector.Callback): () => void {
    let socket: Socket | undefined;
    let settled = false;
    // undici hands back the socket, though its types do not say so.
    const returned: unknown = this.#connect(options, (...result) => {
      settled = true;
      if (socket !== undefined) this.#connecting.delete(socket);
      const [error, opened] = result;
      if (error === null) {
        this.#opened++;
        readOnAfterWriteError(opened);
      } else {
        renameNameError(error);
        noteNeverConnected(error);
      }
      callback(...result);
    });
    socket = returned as Socket;
    if (!settled) this.#connecting.add(socket);
    return () => {
      this.#connecting.delete(socket);
      // In the middle of a TLS handshake it is neither connecting nor pending.
      if (!settled) socket.destroy();
    };
  }

  /** Ends every attempt that is under way. */
  close(): void {
    for (const socket of this.#connecting) socket.destroy();
    this.#connecting.clear();
  }
}

/**
 * undici (7.30) treats a certificate for another name by the code of its error in a way of its own, after which the client takes the failed request
 * for one under way and never sends another. Under another code it fails as any other certificate does.
 */
function renameNameError(error: Error): void {
  if ('code' in error && error.code === 'ERR_TLS_CERT_ALTNAME_INVALID') error.code = 'CERT_NAME_INVALID';
}
