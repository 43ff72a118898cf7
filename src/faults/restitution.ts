import type { HeldEngine } from './held-engine.js';
import type { HeldProxy } from './held-proxy.js';

/** Gives an engine back as it was found; each step tells in words what could not be done. */
export class Restitution {
  readonly #engine: HeldEngine | undefined;

  /** @param engine absent when none was ever opened: then there is nothing to give back. */
  constructor(engine: HeldEngine | undefined) {
    this.#engine = engine;
  }

  /** Takes off what faults left, by the books of the proxies. */
  async lift(proxies: Iterable<HeldProxy>): Promise<readonly string[]> {
    const left: string[] = [];
    for (const proxy of proxies) {
      for (const toxic of proxy.toxics)
        await this.#attempt(() => proxy.remove(toxic), `toxic ${toxic} on ${proxy.original.name}`, left);
      if (!proxy.displaced) continue;
      const { name, upstream } = proxy.original;
      const what = `proxy ${name} switched off or away from ${upstream}`;
      await this.#attempt(() => proxy.setUpstream(upstream).then(() => proxy.setEnabled(true)), what, left);
    }
    return left;
  }

  /** Deletes the proxies that we made. Those of an embedded engine go with it. */
  async deleteMade(proxies: Iterable<HeldProxy>): Promise<readonly string[]> {
    const engine = this.#engine;
    const left: string[] = [];
    if (engine === undefined || engine.own) return left;
    for (const { made, original } of proxies) {
      if (made) await this.#attempt(() => engine.driver.deleteProxy(original.name), `proxy ${original.name}`, left);
    }
    return left;
  }

  async #attempt(work: () => Promise<unknown>, what: string, left: string[]): Promise<void> {
    const own = this.#engine?.own === true;
    // An embedded engine that is gone took its toxics with it.
    if (own && this.#engine?.lost) return;
    try {
      await work();
    } catch (error) {
      if (own) await this.#engine?.suspect(error);
      if (own && this.#engine?.lost) return;
      left.push(`${what} (${(error as Error).message})`);
    }
  }
}
