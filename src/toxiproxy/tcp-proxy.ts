import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { ApiError, toxicExists, toxicNotFound } from './api-error.js';
import type { Clock } from './clock.js';
import { Connection, type ConnectionHost } from './connection.js';
import { type Counters, zeroCounters } from './counters.js';
import { diceFor } from './dice.js';
import { formatHostPort, type HostPort, parseHostPort } from './host-port.js';
import { type Direction, type Toxic, toxicJson } from './toxic.js';

const DIRECTIONS: readonly Direction[] = ['upstream', 'downstream'];

/** What the kernel says, in the words of Toxiproxy (clients match them). */
const BIND_FAILURES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EACCES: 'permission denied',
};

/** Shared by all proxies of one server. */
export interface ProxySettings {
  readonly clock: Clock;
  readonly seed: number;
}

/** A listening port, the upstream it leads to, its toxics and its connections. */
export class TcpProxy {
  readonly counters: Counters = zeroCounters();
  private server: Server | undefined;
  private toxicList: readonly Toxic[] = [];
  private readonly connections = new Set<Connection>();
  private upstreamAt: HostPort;

  constructor(
    readonly name: string,
    private listenText: string,
    private upstreamText: string,
    private readonly settings: ProxySettings,
  ) {
    this.upstreamAt = this.readUpstream();
  }

  get listen(): string {
    return this.listenText;
  }

  get upstream(): string {
    return this.upstreamText;
  }

  get enabled(): boolean {
    return this.server !== undefined;
  }

  /** Upstream toxics first, then downstream, each in order of adding. */
  get toxics(): readonly Toxic[] {
    return DIRECTIONS.flatMap((direction) => this.toxicsOf(direction));
  }

  /** Listens on the address (resolved beforehand, so that nothing here waits for a name server). @throws ApiError 500 if it cannot. */
  async start(at: HostPort): Promise<void> {
    if (this.server !== undefined) return;
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => this.accept(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const why = BIND_FAILURES[error.code ?? ''] ?? error.message;
        reject(new ApiError(`listen tcp ${formatHostPort(at)}: bind: ${why}`, 500));
      });
      server.listen({ ...at, backlog: 4096 }, resolve);
    });
    // Out of descriptors, for instance: that client is lost, the proxy is not.
    server.on('error', () => undefined);
    const { address, port } = server.address() as AddressInfo;
    this.listenText = formatHostPort({ host: address, port });
    this.server = server;
  }

  /** Stops listening and closes every connection; toxics stay. */
  stop(): void {
    this.server?.close();
    this.server = undefined;
    for (const connection of this.connections) connection.cut();
  }

  /** Whether a proxy with this address and upstream would be another one. Port 0 always asks for a new port. */
  differs(listenAt: HostPort, upstream: string): boolean {
    return formatHostPort(listenAt) !== this.listenText || upstream !== this.upstreamText;
  }

  /** Only while stopped. */
  move(listen: string, upstream: string): void {
    this.listenText = listen;
    this.upstreamText = upstream;
    this.upstreamAt = this.readUpstream();
  }

  hasToxic(name: string): boolean {
    return this.toxicList.some((toxic) => toxic.name === name);
  }

  /** @throws ApiError 404 */
  toxic(name: string): Toxic {
    const found = this.toxicList.find((toxic) => toxic.name === name);
    if (found === undefined) throw toxicNotFound();
    return found;
  }

  /** Acts on standing connections at once. @throws ApiError 409 */
  addToxic(toxic: Toxic): void {
    if (this.hasToxic(toxic.name)) throw toxicExists();
    this.toxicList = [...this.toxicList, toxic];
    for (const connection of this.connections) connection.link(toxic.direction)?.add(toxic);
  }

  /** Puts the toxic in the place of the one with its name; standing connections roll its die again. */
  updateToxic(toxic: Toxic): void {
    this.toxicList = this.toxicList.map((old) => (old.name === toxic.name ? toxic : old));
    for (const connection of this.connections) connection.link(toxic.direction)?.update(toxic);
  }

  /** @throws ApiError 404 */
  removeToxic(name: string): void {
    const { direction } = this.toxic(name);
    this.toxicList = this.toxicList.filter((toxic) => toxic.name !== name);
    for (const connection of this.connections) connection.link(direction)?.remove(name);
  }

  /** Of the connections now open, how many the toxic affects. */
  affected(name: string): number {
    const { direction } = this.toxic(name);
    return [...this.connections].filter((connection) => connection.link(direction)?.affects(name) === true).length;
  }

  /** The shape the API answers with; `Logger` is a field that Toxiproxy leaks. */
  toJSON(): object {
    const { name, listen, upstream, enabled } = this;
    return { name, listen, upstream, enabled, Logger: {}, toxics: this.toxics.map(toxicJson) };
  }

  private toxicsOf(direction: Direction): readonly Toxic[] {
    return this.toxicList.filter((toxic) => toxic.direction === direction);
  }

  private accept(client: Socket): void {
    const { counters } = this;
    const { clock, seed } = this.settings;
    const host: ConnectionHost = {
      clock,
      counters,
      upstream: this.upstreamAt,
      toxics: (direction) => this.toxicsOf(direction),
      diceFor: (toxic, connection) => diceFor(seed, this.name, connection, toxic.direction, toxic.name, toxic.generation),
      closed: (connection) => {
        counters.connections.open -= 1;
        this.connections.delete(connection);
      },
    };
    const index = counters.connections.accepted;
    counters.connections.accepted += 1;
    counters.connections.open += 1;
    this.connections.add(new Connection(host, client, index));
  }

  /** Like Toxiproxy, an upstream that makes no sense is accepted; connections to it fail and are counted. */
  private readUpstream(): HostPort {
    const parsed = parseHostPort(this.upstreamText);
    if (typeof parsed === 'string') return { host: this.upstreamText, port: 0 };
    return { host: parsed.host === '' ? 'localhost' : parsed.host, port: parsed.port };
  }
}
