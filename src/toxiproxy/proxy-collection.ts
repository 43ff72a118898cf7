import { type ApiError, proxyExists, proxyNotFound } from './api-error.js';
import { type HostPort, resolveListen } from './host-port.js';
import { type ProxySettings, TcpProxy } from './tcp-proxy.js';

export interface ProxyInput {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
}

export interface ProxyChange {
  readonly listen?: string;
  readonly upstream?: string;
  readonly enabled?: boolean;
}

export interface Populated {
  readonly proxies: readonly TcpProxy[];
  /** Why it went no further; the proxies made before stay. */
  readonly error?: ApiError;
}

/** The proxies of a server by name. Calls that start or stop a listener take turns; none of them waits for a peer or a name server. */
export class ProxyCollection {
  private readonly proxies = new Map<string, TcpProxy>();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly settings: ProxySettings) {}

  /** By name, in rising order. */
  list(): readonly TcpProxy[] {
    return [...this.proxies.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws ApiError 404 */
  get(name: string): TcpProxy {
    const proxy = this.proxies.get(name);
    if (proxy === undefined) throw proxyNotFound();
    return proxy;
  }

  /** @throws ApiError 409, or 500 when it cannot listen. */
  async create(input: ProxyInput): Promise<TcpProxy> {
    if (this.proxies.has(input.name)) throw proxyExists();
    const at = input.enabled ? await resolveListen(input.listen) : undefined;
    return this.inTurn(async () => {
      if (this.proxies.has(input.name)) throw proxyExists();
      return this.make(input, at);
    });
  }

  /** A new listen or upstream restarts the proxy: its connections are closed. @throws ApiError 404, or 500 when it cannot listen. */
  async update(name: string, change: ProxyChange): Promise<TcpProxy> {
    const wanted = change.listen ?? this.get(name).listen;
    const resolved = await resolveListen(wanted);
    return this.inTurn(async () => {
      const proxy = this.get(name);
      const listen = change.listen ?? proxy.listen;
      // Another call may have moved it while the name server was asked.
      const at = listen === wanted ? resolved : await resolveListen(listen);
      const enabled = change.enabled ?? proxy.enabled;
      const upstream = change.upstream ?? proxy.upstream;
      if ((listen !== proxy.listen && proxy.differs(at, proxy.upstream)) || upstream !== proxy.upstream) {
        proxy.stop();
        proxy.move(listen, upstream);
      }
      if (enabled) await proxy.start(at);
      else proxy.stop();
      return proxy;
    });
  }

  /** @throws ApiError 404 */
  remove(name: string): Promise<void> {
    return this.inTurn(async () => {
      this.get(name).stop();
      this.proxies.delete(name);
    });
  }

  /** Makes or replaces proxies in order; one that stands with the same listen and upstream is left as it is, toxics and `enabled` too. */
  async populate(inputs: readonly ProxyInput[]): Promise<Populated> {
    const addresses = await Promise.allSettled(inputs.map(({ listen }) => resolveListen(listen)));
    return this.inTurn(async () => {
      const made: TcpProxy[] = [];
      for (const [i, input] of inputs.entries()) {
        try {
          const address = addresses[i];
          if (address?.status === 'rejected') throw address.reason;
          made.push(await this.makeOrReplace(input, address?.value as HostPort));
        } catch (error) {
          return { proxies: made, error: error as ApiError };
        }
      }
      return { proxies: made };
    });
  }

  /** Drops every toxic, then enables every proxy. @throws ApiError 500 for the first that cannot listen, after trying all. */
  async reset(): Promise<void> {
    const proxies = this.list();
    for (const proxy of proxies) for (const { name } of proxy.toxics) proxy.removeToxic(name);
    const failures: unknown[] = [];
    for (const proxy of proxies) {
      await this.update(proxy.name, { enabled: true }).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Stops every proxy and forgets it. */
  clear(): Promise<void> {
    return this.inTurn(async () => {
      for (const proxy of this.proxies.values()) proxy.stop();
      this.proxies.clear();
    });
  }

  private async makeOrReplace(input: ProxyInput, at: HostPort): Promise<TcpProxy> {
    const standing = this.proxies.get(input.name);
    if (standing !== undefined) {
      if (input.listen === standing.listen && input.upstream === standing.upstream) return standing;
      if (!standing.differs(at, input.upstream)) return standing;
      standing.stop();
    }
    return this.make(input, input.enabled ? at : undefined);
  }

  private async make(input: ProxyInput, at: HostPort | undefined): Promise<TcpProxy> {
    const proxy = new TcpProxy(input.name, input.listen, input.upstream, this.settings);
    if (at !== undefined) await proxy.start(at);
    this.proxies.set(input.name, proxy);
    return proxy;
  }

  private inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.turn.then(task);
    this.turn = result.catch(() => undefined);
    return result;
  }
}
