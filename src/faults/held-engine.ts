import { setTimeout as wait } from 'node:timers/promises';
import type { FaultEngine } from '../journal/fault-entry.js';
import { type EmbeddedProcess, startEmbedded } from './embedded-process.js';
import { kindOf, type ProxyCounters, ToxiproxyDriver } from './toxiproxy-driver.js';

/** An engine of ours that answers no more is most often dead: how it ended says more than the call that noticed it first. */
const EXIT_NEWS_MS = 1000;

/** The Toxiproxy that the agent works with: one of its own, or one that was named. It notices, once, that the engine is lost. */
export class HeldEngine {
  readonly driver: ToxiproxyDriver;
  readonly #embedded: EmbeddedProcess | undefined;
  readonly #onLost: (why: string, atMs: number) => void;
  #lost = false;
  #leaving = false;

  private constructor(
    driver: ToxiproxyDriver,
    embedded: EmbeddedProcess | undefined,
    onLost: (why: string, atMs: number) => void,
  ) {
    this.driver = driver;
    this.#embedded = embedded;
    this.#onLost = onLost;
    void embedded?.exited.then((why) => {
      if (!this.#leaving) this.#lose(why, Date.now());
    });
  }

  /**
   * @param engine `embedded`, or the URL of a Toxiproxy
   * @throws PlimsollError with exit code 7 when the embedded one does not start.
   */
  static async open(engine: string, seed: number, onLost: (why: string, atMs: number) => void): Promise<HeldEngine> {
    const embedded = engine === 'embedded' ? await startEmbedded(seed) : undefined;
    return new HeldEngine(new ToxiproxyDriver(embedded?.url ?? engine), embedded, onLost);
  }

  /** Started by us, and used by nobody else. */
  get own(): boolean {
    return this.#embedded !== undefined;
  }
  get lost(): boolean {
    return this.#lost;
  }

  /** Asks it for its name and version. */
  name(): Promise<FaultEngine> {
    return this.driver.engine();
  }

  /** What went through its proxies, by proxy name; absent of an engine that does not count. */
  counters(): Promise<ReadonlyMap<string, ProxyCounters> | undefined> {
    return this.driver.counters();
  }

  /** A call failed: finds out whether the engine is lost. */
  async suspect(error: unknown): Promise<void> {
    if (kindOf(error) !== 'unreachable') return;
    const atMs = Date.now();
    const ended = this.#embedded && (await Promise.race([this.#embedded.exited, wait(EXIT_NEWS_MS, undefined, { ref: false })]));
    this.#lose(ended ?? (error as Error).message, atMs);
  }

  /** From here on its end is no news. */
  leave(): void {
    this.#leaving = true;
  }

  /** Ends an engine of our own now. */
  async stop(): Promise<void> {
    await this.#embedded?.stop();
  }

  /** Lets go of an engine of our own: it forwards for its grace time, and ends. */
  release(): void {
    this.#embedded?.release();
  }

  #lose(why: string, atMs: number): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#onLost(why, atMs);
  }
}
