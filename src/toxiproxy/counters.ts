import type { Direction } from './toxic.js';

interface StreamBytes {
  /** Read from the sender. */
  received: number;
  /** Handed to the receiver's socket. */
  sent: number;
}

/** Live figures of one proxy, since it was made; a restart (disable, enable, new listen or upstream) keeps them. */
export interface Counters {
  readonly connections: {
    /** Taken from clients. */
    accepted: number;
    /** Now open on either side. */
    open: number;
    /** Taken from a client, but the upstream could not be reached. */
    upstreamFailed: number;
    /** Ended by RST through a reset_peer toxic. */
    reset: number;
  };
  readonly bytes: Readonly<Record<Direction, StreamBytes>>;
}

export const zeroCounters = (): Counters => ({
  connections: { accepted: 0, open: 0, upstreamFailed: 0, reset: 0 },
  bytes: { upstream: { received: 0, sent: 0 }, downstream: { received: 0, sent: 0 } },
});
