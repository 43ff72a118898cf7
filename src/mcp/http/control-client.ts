import { Pool } from 'undici';
import type { Clock } from '../call/clock.js';
import { WireFailure } from '../call/wire-failure.js';
import type { DriverLimits } from '../driver-options.js';
import { ControlExchange, type ControlReply, type ControlRequest } from './control-exchange.js';
import type { Dialer } from './dialer.js';

const CONNECTIONS = 16;

/** Requests that are not timed (handshake, listing, cancel notifications, session end) on connections of their own, so that they never take one from the load. */
export class ControlClient {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #limits: DriverLimits;
  readonly #underWay = new Set<ControlExchange>();
  #closed = false;

  constructor(url: URL, dialer: Dialer, clock: Clock, limits: DriverLimits) {
    this.#path = url.pathname + url.search;
    this.#clock = clock;
    this.#limits = limits;
    this.#pool = new Pool(url.origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: limits.headerBytes,
      connect: (options, callback) => {
        dialer.dial(options, callback);
      },
    });
  }

  /**
   * Sends one request and reads its answer.
   * @throws WireFailure when there is no answer, or a status of 300 and more.
   */
  send(request: ControlRequest): Promise<ControlReply> {
    if (this.#closed) return Promise.reject(new WireFailure('closed', 'the driver is closed'));
    const { method, headers, body } = request;
    return new Promise((resolve, reject) => {
      const exchange = new ControlExchange({
        request,
        clock: this.#clock,
        limits: this.#limits,
        resolve,
        reject,
        onOver: () => this.#underWay.delete(exchange),
        sendAgain: () => dispatch(),
      });
      this.#underWay.add(exchange);
      const dispatch = (): void => {
        try {
          this.#pool.dispatch({ path: this.#path, method, headers: [...headers], body: body ?? null }, exchange);
        } catch (error) {
          exchange.onError(error instanceof Error ? error : new Error(String(error)));
        }
      };
      dispatch();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#underWay) exchange.close();
    await this.#pool.destroy();
  }
}
