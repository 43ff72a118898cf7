import type { Dispatcher } from 'undici';
import type { Connection } from './connection-pool.js';
import { HttpAnswer } from './http-answer.js';

/** What a connection did before and since it was taken for a request. */
export interface ConnectionTimes {
  /** 0 on a socket that carried nothing before. */
  readonly idleMs: number;
  readonly takenForMs: number;
}

/**
 * The POST of one call on a connection: undici's handler. Uses undici's raw handler methods: they pass header bytes as they are and need no
 * wrapper objects (undici is pinned to the exact version).
 */
export abstract class HttpPost extends HttpAnswer implements Dispatcher.DispatchHandler {
  #connection: Connection | undefined = undefined;
  #abort: ((error?: Error) => void) | undefined = undefined;

  /** Puts the request on a connection. `done` is never called before this returns. */
  send(options: Dispatcher.DispatchOptions, timeoutMs: number): void {
    const connection = this.path.pool.acquire();
    this.#connection = connection;
    const done = this.done;
    this.done = undefined;
    const nowMs = this.owner.clock.now();
    connection.takenMs = nowMs;
    this.owner.deadlines.add(this, timeoutMs, nowMs);
    try {
      connection.client.dispatch(options, this);
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)));
    }
    this.done = done;
    if (this.answer !== undefined) this.owner.deliverSoon(this);
  }

  /** Asks for the rest of the stream of this call; its clock runs on. */
  sendAgain(options: Dispatcher.DispatchOptions): void {
    const connection = this.path.pool.acquire();
    connection.takenMs = this.owner.clock.now();
    this.#connection = connection;
    try {
      connection.client.dispatch(options, this);
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** The server may have the request: it is on a socket (and not merely waiting for one). */
  get sent(): boolean {
    return this.#abort !== undefined;
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    const connection = this.#connection;
    if (connection === undefined) {
      abort();
      return;
    }
    connection.carrying = true;
    if (connection.fresh) connection.fresh = false;
    else this.path.pool.reused++;
  }

  abstract onHeaders(status: number, headers: Buffer[]): boolean;
  abstract onData(chunk: Buffer): boolean;
  abstract onComplete(): void;
  abstract onError(error: Error): void;

  /** How long the connection that it is on had been idle before, and how long it has it now; undefined when it is on none. */
  protected connectionTimes(nowMs: number): ConnectionTimes | undefined {
    const connection = this.#connection;
    return connection === undefined ? undefined : { idleMs: connection.idleMs, takenForMs: nowMs - connection.takenMs };
  }

  /** undici is through with it. */
  protected release(nowMs: number): void {
    this.#abort = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    connection.idleSinceMs = nowMs;
    this.path.pool.release(connection);
  }

  /** Takes the request back from undici, wherever it is. The answer is delivered by then or soon. */
  protected closeWire(): void {
    const abort = this.#abort;
    const connection = this.#connection;
    if (abort !== undefined) abort();
    else if (connection !== undefined) {
      // Not written yet: undici has no way to take it back but to end the connection.
      this.#connection = undefined;
      this.path.pool.discard(connection);
    }
    if (this.answer !== undefined) this.owner.deliverSoon(this);
  }
}
