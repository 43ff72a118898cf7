import { setTimeout as wait } from 'node:timers/promises';
import type { Toxic } from '../scenario/faults/toxic.js';
import type { IntendedProxy } from './intent-file.js';
import { kindOf, type NamedToxic, type ProxyState, type ToxiproxyDriver } from './toxiproxy-driver.js';

/** A proxy in front of one dependency, with what we have done to it. The intent is written down before every injection. */
export class HeldProxy {
  readonly #toxics = new Map<string, NamedToxic>();
  #enabled = true;
  #upstream: string;

  constructor(
    readonly dependency: string,
    /** As it stood, or as we made it. */
    readonly original: ProxyState,
    readonly made: boolean,
    readonly foreign: readonly NamedToxic[],
    readonly driver: ToxiproxyDriver,
    /** Writes the intents of all proxies to disk. @throws when the disk does not take it: then nothing is injected. */
    readonly record: () => void,
  ) {
    this.#upstream = original.upstream;
  }

  get intent(): IntendedProxy {
    const { name, listen, upstream, enabled } = this.original;
    const toxics = [...this.#toxics.keys()];
    return { name, dependency: this.dependency, listen, upstream, enabled, made: this.made, toxics };
  }

  /** Names of our toxics that are, or may be, in force. */
  get toxics(): readonly string[] {
    return [...this.#toxics.keys()];
  }

  /** Switched off by us, or pointed elsewhere. */
  get displaced(): boolean {
    return !this.#enabled || this.#upstream !== this.original.upstream;
  }

  async add(name: string, toxic: Toxic): Promise<void> {
    this.#toxics.set(name, { ...toxic, name });
    try {
      this.record();
      await this.driver.addToxic(this.original.name, { ...toxic, name });
    } catch (error) {
      // After a time-out nobody knows whether it is in force: it stays in the books, and is taken off like the others.
      if (kindOf(error) !== 'wedged') this.#toxics.delete(name);
      throw error;
    }
  }

  async update(name: string, attributes: Toxic['attributes']): Promise<void> {
    const toxic = this.#toxics.get(name);
    if (toxic === undefined) throw new Error(`no toxic ${name} was put on ${this.original.name}`);
    await this.driver.updateToxic(this.original.name, toxic, attributes);
    this.#toxics.set(name, { ...toxic, attributes: { ...toxic.attributes, ...attributes } });
  }

  async remove(name: string): Promise<'removed' | 'rebuilt'> {
    const others = [...this.foreign, ...[...this.#toxics.values()].filter((toxic) => toxic.name !== name)];
    const { original } = this;
    const how = await this.driver.removeToxic(original.name, name, {
      ...original,
      upstream: this.#upstream,
      enabled: this.#enabled,
      toxics: others,
    });
    this.#toxics.delete(name);
    return how;
  }

  async setEnabled(enabled: boolean): Promise<void> {
    if (!enabled) {
      this.record();
      this.#enabled = false;
      await this.driver.updateProxy(this.original.name, { enabled });
      return;
    }
    // Its port may be in somebody's hands for a moment.
    for (let tries = 1; ; tries++) {
      try {
        await this.driver.updateProxy(this.original.name, { enabled });
        this.#enabled = true;
        return;
      } catch (error) {
        if (tries === 3 || kindOf(error) !== 'refused') throw error;
        await wait(100);
      }
    }
  }

  async setUpstream(upstream: string): Promise<void> {
    this.record();
    const before = this.#upstream;
    this.#upstream = upstream;
    try {
      await this.driver.updateProxy(this.original.name, { upstream });
    } catch (error) {
      if (kindOf(error) === 'refused') this.#upstream = before;
      throw error;
    }
  }

  async cut(): Promise<void> {
    await this.setEnabled(false);
    await this.setEnabled(true);
  }
}
