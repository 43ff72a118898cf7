import type { WireFault } from '../protocol/call-record.js';

/** Why a channel is gone, for every call that was in flight on it. */
export interface ChannelLoss {
  readonly fault: Extract<WireFault, 'crash' | 'stream-lost' | 'answer-too-large'>;
  readonly text: string;
}

/** Why the message of one call was not taken, though the channel stands (HTTP+SSE: its POST failed). */
export interface MessageRefusal {
  readonly fault: WireFault;
  readonly httpStatus: number;
  readonly bodyText: string;
  readonly insufficientScope: boolean;
  readonly retryAfterMs: number | undefined;
  readonly text: string;
}

/** Told by a channel from the moment it is opened. */
export interface ChannelListener {
  /** One message of the server's, as text; `firstMs`: when its first byte was read. */
  onMessage(text: string, bytes: number, firstMs: number, nowMs: number): void;
  /** The message with this id was not taken. */
  onRefused(id: number, refusal: MessageRefusal): void;
  /** The channel is gone; told once, and never when we closed it. */
  onLost(loss: ChannelLoss): void;
}

/**
 * A way for JSON-RPC messages to and from one server, on which answers come in any order: the pipes of a process, or an event stream with its
 * POSTs. One channel is one session.
 */
export interface MessageChannel {
  /** What it is, for messages: `pid 1234`. */
  readonly name: string;
  /** @throws WireFailure when it does not come to stand */
  open(listener: ChannelListener): Promise<void>;
  /** Sends a call or a request of the handshake, at once or as soon as the server reads. */
  send(id: number, text: string, requestId?: string): void;
  /** Sends a message that has no answer. @returns false when it was left out, as it would have to wait */
  tell(text: string): boolean;
  /** Sends a reply that a call of the server's waits for, at once or as soon as it is read. @returns false when too many wait already */
  reply(text: string): boolean;
  /** Sends a notification of the handshake. Resolves when it is on its way, so that nothing overtakes it; @throws WireFailure */
  notify(text: string): Promise<void>;
  /** The call is over: what of it still waits to be sent is taken back. @returns whether the server may have seen it */
  callEnded(id: number, answered: boolean): boolean;
  /** Messages sent so far that a call was in. */
  readonly carried: number;
  /** Ends the session, and what carries it. Bounded by a few seconds, never rejects, idempotent. */
  close(): Promise<void>;
}
