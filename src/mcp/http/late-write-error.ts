import type { Socket } from 'node:net';

/** A peer that is gone, as a write finds it out. */
const GONE = /^(ECONNRESET|EPIPE|ECONNABORTED)$/;
/** How long what the peer sent before may take to be read: it lies on this machine already. */
const READ_ON_MS = 2000;

/**
 * Lets what the peer sent be read before a failed write ends the socket. A server may refuse a request that is too large for it while we still send,
 * and reset the connection then: its answer is here, and Node would throw it away with the error of the write. The end of what can be read ends the
 * socket in its turn.
 */
export function readOnAfterWriteError(socket: Socket): void {
  const held =
    (callback: (error?: Error | null) => void) =>
    (error?: Error | null): void => {
      if (error == null || !('code' in error) || !GONE.test(String(error.code)) || socket.destroyed) {
        callback(error);
        return;
      }
      const timer = setTimeout(() => callback(error), READ_ON_MS);
      socket.once('close', () => clearTimeout(timer));
    };
  const write = socket._write.bind(socket);
  socket._write = (chunk, encoding, callback) => write(chunk, encoding, held(callback));
  const writev = socket._writev?.bind(socket);
  if (writev !== undefined) socket._writev = (chunks, callback) => writev(chunks, held(callback));
}
