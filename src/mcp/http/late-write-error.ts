import type { Socket } from 'node:net';

/** A peer that is gone, as a write finds it out. */
const GONE = /^(ECONNRESET|EPIPE|ECONNABORTED)$/;
/** How long what the peer sent before may take to be read: it lies on this machine already. */
const READ_ON_MS = 2000;

type WriteCallback = (error?: Error | null) => void;

/**
 * Lets what the peer sent be read before a failed write ends the socket. A server may refuse a request that is too large for it while we still send,
 * and reset the connection then: its answer is here, and Node would throw it away with the error of the write. The end of what can be read ends the
 * socket in its turn.
 */
export function readOnAfterWriteError(socket: Socket): void {
  let callback: WriteCallback | undefined;
  let held: WriteCallback | undefined;
  // A stream hands the same callback over with every write: what wraps it is made once.
  const hold = (given: WriteCallback): WriteCallback => {
    if (given === callback && held !== undefined) return held;
    callback = given;
    held = (error) => {
      if (error == null || !('code' in error) || !GONE.test(String(error.code)) || socket.destroyed) {
        given(error);
        return;
      }
      const timer = setTimeout(() => given(error), READ_ON_MS);
      socket.once('close', () => clearTimeout(timer));
    };
    return held;
  };
  const write = socket._write.bind(socket);
  socket._write = (chunk, encoding, given) => write(chunk, encoding, hold(given));
  const writev = socket._writev?.bind(socket);
  if (writev !== undefined) socket._writev = (chunks, given) => writev(chunks, hold(given));
}
