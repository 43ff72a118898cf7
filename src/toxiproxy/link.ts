import type { Socket } from 'node:net';
import { Chain } from './chain.js';
import type { Clock } from './clock.js';
import type { Counters } from './counters.js';
import type { Dice } from './dice.js';
import type { Chunk, Outlet } from './stages/stage.js';
import type { Direction, Toxic } from './toxic.js';

/** What a link asks of its connection. */
export interface LinkHost {
  readonly clock: Clock;
  readonly counters: Counters;
  diceFor(toxic: Toxic): Dice;
  reset(): void;
  /** The stream ended and must take the whole connection with it. */
  closeAll(): void;
}

/** One direction of one connection: source socket, chain of toxics, sink socket. Reads no faster than the sink and the chain can take. */
export class Link implements Outlet {
  private readonly chain: Chain;
  private readonly bytes: { received: number; sent: number };
  private paused = false;
  /** Input is no longer wanted. */
  private deaf = false;
  private sourceEnded = false;
  private closesAll = false;
  private finished = false;

  constructor(
    private readonly host: LinkHost,
    direction: Direction,
    private readonly source: Socket,
    private readonly sink: Socket,
  ) {
    this.bytes = host.counters.bytes[direction];
    this.chain = new Chain(
      {
        clock: host.clock,
        diceFor: (toxic) => host.diceFor(toxic),
        reset: () => host.reset(),
        closing: () => {
          this.deaf = true;
          this.closesAll = true;
        },
        flowed: () => this.balance(),
      },
      this,
    );
  }

  start(toxics: readonly Toxic[]): void {
    for (const toxic of toxics) this.chain.add(toxic, false);
    this.source.on('data', (data: Buffer) => this.take(data));
    this.source.on('end', () => this.endSource());
    this.sink.on('drain', () => this.balance());
    this.source.resume();
  }

  add(toxic: Toxic): void {
    if (!this.finished) this.chain.add(toxic, true);
  }

  update(toxic: Toxic): void {
    this.chain.update(toxic);
    this.balance();
  }

  remove(name: string): void {
    this.chain.remove(name);
    this.balance();
  }

  affects(name: string): boolean | undefined {
    return this.chain.affects(name);
  }

  /** The source failed: what was read is still delivered, then the connection closes. */
  sourceFailed(): void {
    this.closesAll = true;
    if (this.finished) this.host.closeAll();
    else this.endSource();
  }

  /** The sink failed: nothing can be delivered any more. The source is still read, so that its end is noticed. */
  sinkFailed(): void {
    this.finished = true;
    this.chain.dispose();
    this.balance();
  }

  dispose(): void {
    this.finished = true;
    this.deaf = true;
    this.chain.dispose();
  }

  /** What leaves the chain goes to the sink; how much it holds is `balance`'s business. */
  push(chunk: Chunk): void {
    if (this.finished) return;
    this.bytes.sent += chunk.data.length;
    this.sink.write(chunk.data);
  }

  finish(): void {
    if (this.finished) return;
    this.finished = true;
    if (this.closesAll) this.host.closeAll();
    else this.sink.end();
  }

  private take(data: Buffer): void {
    this.bytes.received += data.length;
    if (this.deaf || this.finished) return;
    if (this.chain.isEmpty) {
      this.bytes.sent += data.length;
      if (!this.sink.write(data)) this.balance();
      return;
    }
    this.chain.push({ data, readAtMs: this.host.clock.now() });
    this.balance();
  }

  private endSource(): void {
    if (this.sourceEnded || this.deaf) return;
    this.sourceEnded = true;
    this.chain.finish();
  }

  private balance(): void {
    const full = !this.finished && (this.sink.writableNeedDrain || this.chain.isFull);
    if (full === this.paused) return;
    this.paused = full;
    if (full) this.source.pause();
    else this.source.resume();
  }
}
