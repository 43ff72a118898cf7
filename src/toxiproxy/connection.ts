import { connect, type Socket } from 'node:net';
import type { Clock } from './clock.js';
import type { Counters } from './counters.js';
import type { Dice } from './dice.js';
import type { HostPort } from './host-port.js';
import { Link } from './link.js';
import type { Direction, Toxic } from './toxic.js';

/** What a connection asks of its proxy. */
export interface ConnectionHost {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly upstream: HostPort;
  toxics(direction: Direction): readonly Toxic[];
  diceFor(toxic: Toxic, connection: number): Dice;
  /** Both sockets are gone. */
  closed(connection: Connection): void;
}

/** A client's connection and ours to the upstream, joined by two links. One side's FIN is passed on as such: the other direction goes on. */
export class Connection {
  private readonly upstream: Socket;
  private links: Readonly<Record<Direction, Link>> | undefined;
  private sidesOpen = 2;
  private ending = false;

  /** @param index counts the connections of this proxy from 0: the dice depend on it. */
  constructor(
    private readonly host: ConnectionHost,
    private readonly client: Socket,
    private readonly index: number,
  ) {
    // Delays of ours only: Nagle's algorithm is off on both sides.
    this.upstream = connect({ ...host.upstream, allowHalfOpen: true, noDelay: true });
    this.upstream.once('connect', () => this.join());
    this.watch(client, 'upstream', 'downstream');
    this.watch(this.upstream, 'downstream', 'upstream');
  }

  link(direction: Direction): Link | undefined {
    return this.links?.[direction];
  }

  /** Closes both sides now; what is under way is lost (as when a proxy is disabled). */
  cut(): void {
    this.ending = true;
    this.client.destroy();
    this.upstream.destroy();
    this.dispose();
  }

  private join(): void {
    if (this.client.destroyed) {
      this.cut();
      return;
    }
    const { clock, counters } = this.host;
    const linkHost = {
      clock,
      counters,
      diceFor: (toxic: Toxic) => this.host.diceFor(toxic, this.index),
      reset: () => this.reset(),
      closeAll: () => this.closeAll(),
    };
    this.links = {
      upstream: new Link(linkHost, 'upstream', this.client, this.upstream),
      downstream: new Link(linkHost, 'downstream', this.upstream, this.client),
    };
    this.links.upstream.start(this.host.toxics('upstream'));
    this.links.downstream.start(this.host.toxics('downstream'));
  }

  private watch(socket: Socket, carries: Direction, feeds: Direction): void {
    socket.on('error', () => this.failed(socket, carries, feeds));
    socket.once('close', () => {
      this.failed(socket, carries, feeds);
      this.sidesOpen -= 1;
      if (this.sidesOpen > 0) return;
      this.dispose();
      this.host.closed(this);
    });
  }

  /** A socket is gone: by an error, or because both its directions ended. */
  private failed(socket: Socket, carries: Direction, feeds: Direction): void {
    if (this.ending) return;
    if (this.links === undefined) {
      if (socket === this.upstream) this.host.counters.connections.upstreamFailed += 1;
      this.cut();
      return;
    }
    this.links[feeds].sinkFailed();
    this.links[carries].sourceFailed();
  }

  private closeAll(): void {
    if (this.ending) return;
    this.ending = true;
    this.dispose();
    this.client.destroySoon();
    this.upstream.destroySoon();
  }

  private reset(): void {
    if (this.ending) return;
    this.ending = true;
    this.host.counters.connections.reset += 1;
    this.dispose();
    this.client.resetAndDestroy();
    this.upstream.resetAndDestroy();
  }

  private dispose(): void {
    this.links?.upstream.dispose();
    this.links?.downstream.dispose();
  }
}
