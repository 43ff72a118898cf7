import { Toxiproxy } from 'toxiproxy-node-client';
import { PlimsollError } from '../errors/plimsoll-error.js';
import type { FaultEngine } from '../journal/fault-entry.js';
import { readToxic, type Toxic } from '../scenario/faults/toxic.js';
import { ApiFailure, LimitedHttp } from './limited-http.js';

/** Longest wait for any one call: a Toxiproxy that hangs must not hang us. */
const CALL_LIMIT_MS = 3000;

export interface ProxyState {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
}

export interface NamedToxic extends Toxic {
  readonly name: string;
}

/** What the embedded engine counts of one proxy. */
export interface ProxyCounters {
  readonly connectionsAccepted: number;
  readonly connectionsOpen: number;
  /** Bytes handed on to the dependency, and to the server under test. */
  readonly bytesUpstream: number;
  readonly bytesDownstream: number;
}

interface CountersPage {
  readonly engine?: unknown;
  readonly proxies: Readonly<
    Record<
      string,
      {
        readonly connections: { readonly accepted: number; readonly open: number };
        readonly bytes: Readonly<Record<'upstream' | 'downstream', { readonly sent: number }>>;
      }
    >
  >;
}

const NAME = /^[A-Za-z0-9_.-]+$/;

/** A name that can be fetched and removed again: Toxiproxy creates others, and then cannot find them. */
function checked(name: string): string {
  if (NAME.test(name)) return name;
  throw new PlimsollError(`the name ${JSON.stringify(name)} cannot be used with Toxiproxy`, 'usage', {
    hint: 'letters, digits and . _ - only',
  });
}

/**
 * One Toxiproxy, embedded or real, through toxiproxy-node-client: no call takes longer than the limit, and a failure says what the server
 * said. Every method throws PlimsollError with exit code 7, its cause an ApiFailure that tells the kind.
 */
export class ToxiproxyDriver {
  readonly url: string;
  readonly #client: Toxiproxy;
  readonly #http: LimitedHttp;

  constructor(url: string, limitMs = CALL_LIMIT_MS) {
    this.url = url.replace(/\/+$/, '');
    this.#http = new LimitedHttp(limitMs);
    this.#client = new Toxiproxy(this.url);
    // The client's own HTTP has no time limit and drops the error text.
    this.#client.api = this.#http as unknown as Toxiproxy['api'];
  }

  /** Asks who is there. Only the embedded engine has a counters page. */
  async engine(): Promise<FaultEngine> {
    const version = await this.#call('asking its version', async () => {
      const text = await this.#client.getVersion();
      const { version } = JSON.parse(text) as { readonly version?: unknown };
      if (typeof version !== 'string') throw new ApiFailure('what answers there is no Toxiproxy', 'refused');
      return version;
    });
    const embedded = (await this.counters()) !== undefined;
    return { name: embedded ? 'embedded' : 'toxiproxy', version, url: this.url };
  }

  async proxies(): Promise<readonly ProxyState[]> {
    return this.#call('listing its proxies', async () => Object.values(await this.#client.getAll()).map(stateOf));
  }

  async createProxy(proxy: Omit<ProxyState, 'enabled'> & { readonly enabled?: boolean }): Promise<ProxyState> {
    const { name, listen, upstream, enabled = true } = proxy;
    return this.#call(`making the proxy ${name} on ${listen}`, async () =>
      stateOf(await this.#client.createProxy({ name: checked(name), listen, upstream, enabled })),
    );
  }

  /** Changes what is given, and reads it back: a proxy that did not take it is a failure. */
  async updateProxy(name: string, change: { readonly enabled?: boolean; readonly upstream?: string }): Promise<ProxyState> {
    return this.#call(`changing the proxy ${name} (${JSON.stringify(change)})`, async () => {
      const { data } = await this.#http.post(this.#proxyUrl(name), change);
      const state = stateOf(data as ProxyState);
      const wrong = Object.entries(change).some(([key, value]) => state[key as keyof ProxyState] !== value);
      if (wrong) throw new ApiFailure(`it answered ${JSON.stringify(state)}`, 'refused');
      return state;
    });
  }

  async deleteProxy(name: string): Promise<void> {
    await this.#call(`deleting the proxy ${name}`, () => goneIsFine(this.#http.delete(this.#proxyUrl(name))));
  }

  async toxics(proxy: string): Promise<readonly NamedToxic[]> {
    return this.#call(`listing the toxics of ${proxy}`, async () => {
      const { data } = await this.#http.get(`${this.#proxyUrl(proxy)}/toxics`);
      return data as readonly NamedToxic[];
    });
  }

  /** @throws PlimsollError with exit code 2 for a toxic that a real Toxiproxy would take for another one, or die of. */
  async addToxic(proxy: string, toxic: NamedToxic): Promise<void> {
    refuseWrong(toxic);
    await this.#add(proxy, toxic);
  }

  /**
   * Rolls the dice of the toxic again, also when nothing changes.
   * @param toxic as it stands
   * @throws PlimsollError with exit code 2 as addToxic does.
   */
  async updateToxic(proxy: string, toxic: NamedToxic, attributes: Toxic['attributes']): Promise<void> {
    refuseWrong({ ...toxic, attributes: { ...toxic.attributes, ...attributes } });
    await this.#call(`changing the toxic ${toxic.name} of ${proxy}`, () =>
      this.#http.post(`${this.#proxyUrl(proxy)}/toxics/${checked(toxic.name)}`, { attributes }),
    );
  }

  /**
   * Takes a toxic off and reads back that it is gone. A real Toxiproxy can hang here for good while a client does not read; deleting the
   * whole proxy then still works, so it is deleted and made anew as `rebuild` says, with the toxics of others that stood.
   * @returns `removed`, or `rebuilt` when that was needed (its connections were cut)
   */
  async removeToxic(
    proxy: string,
    toxic: string,
    rebuild: ProxyState & { readonly toxics: readonly NamedToxic[] },
  ): Promise<'removed' | 'rebuilt'> {
    try {
      await this.#call(`removing the toxic ${toxic} of ${proxy}`, () =>
        goneIsFine(this.#http.delete(`${this.#proxyUrl(proxy)}/toxics/${checked(toxic)}`)),
      );
      const left = await this.toxics(proxy).catch((error: unknown) => (isGone(error) ? [] : Promise.reject(error as Error)));
      if (left.some(({ name }) => name === toxic)) throw failure(this.url, `removing the toxic ${toxic}`, stillThere);
      return 'removed';
    } catch (error) {
      if (kindOf(error) !== 'wedged') throw error;
    }
    await this.deleteProxy(proxy);
    await this.createProxy(rebuild);
    for (const other of rebuild.toxics) await this.#add(proxy, other);
    return 'rebuilt';
  }

  /** Counters by proxy name; undefined at a real Toxiproxy, which counts a connection only when it has ended. */
  async counters(): Promise<ReadonlyMap<string, ProxyCounters> | undefined> {
    return this.#call('reading its counters', async () => {
      let page: CountersPage;
      try {
        page = (await this.#http.get(`${this.url}/plimsoll/counters`)).data as CountersPage;
      } catch (error) {
        if (error instanceof ApiFailure && error.kind === 'refused') return undefined;
        throw error;
      }
      if (page.engine !== 'plimsoll') return undefined;
      return new Map(
        Object.entries(page.proxies).map(([name, { connections, bytes }]) => [
          name,
          {
            connectionsAccepted: connections.accepted,
            connectionsOpen: connections.open,
            bytesUpstream: bytes.upstream.sent,
            bytesDownstream: bytes.downstream.sent,
          },
        ]),
      );
    });
  }

  async #add(proxy: string, { name, type, stream, toxicity, attributes }: NamedToxic): Promise<void> {
    await this.#call(`adding the toxic ${name} to ${proxy}`, () =>
      this.#http.post(`${this.#proxyUrl(proxy)}/toxics`, { name: checked(name), type, stream, toxicity, attributes }),
    );
  }

  #proxyUrl(name: string): string {
    return `${this.url}/proxies/${checked(name)}`;
  }

  async #call<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof PlimsollError) throw error;
      throw failure(this.url, what, error as Error);
    }
  }
}

/** Toxiproxy itself checks nothing: a misspelt attribute is a silent zero, a slicer without a size or a negative rate the end of it. */
function refuseWrong({ name, ...raw }: NamedToxic): void {
  const read = readToxic(raw);
  if ('toxic' in read) return;
  const words = read.problems.map(({ field, found, accepted }) => `${field}: found ${found}, accepted: ${accepted}`);
  throw new PlimsollError(`the toxic ${name} (${raw.type}) is not sent to Toxiproxy: ${words.join('; ')}`, 'usage');
}

const stillThere = new ApiFailure('it is still there', 'refused');

const stateOf = ({ name, listen, upstream, enabled }: ProxyState): ProxyState => ({ name, listen, upstream, enabled });

async function goneIsFine(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ApiFailure && error.status === 404)) throw error;
  }
}

const HINTS = {
  unreachable: 'is it running? give its URL with --toxiproxy or TOXIPROXY_URL, or leave both out for the embedded one',
  wedged: 'it hangs, and so do the faults in it: restart that Toxiproxy',
} as const;

function failure(url: string, what: string, cause: Error): PlimsollError {
  const kind = cause instanceof ApiFailure ? cause.kind : 'refused';
  const state = { unreachable: 'cannot be reached', wedged: 'is wedged', refused: 'says no' }[kind];
  return new PlimsollError(`the Toxiproxy at ${url} ${state}, ${what}: ${cause.message}`, 'faultEngine', {
    ...(kind === 'refused' ? {} : { hint: HINTS[kind] }),
    cause,
  });
}

/** What kind of failure an error of a driver is; undefined for any other error. */
export function kindOf(error: unknown): ApiFailure['kind'] | undefined {
  const cause = error instanceof PlimsollError ? error.details.cause : error;
  return cause instanceof ApiFailure ? cause.kind : undefined;
}

const isGone = (error: unknown): boolean => error instanceof PlimsollError && (error.details.cause as ApiFailure)?.status === 404;
