import { DriverCore, type EndpointOwner } from '../call/driver-core.js';
import type { Round } from '../call/round.js';
import type { CallAnswer, CallStart, CancelCall, DriverCounters } from '../driver.js';
import type { DriverOptions } from '../driver-options.js';
import { MessageCall } from './message-call.js';
import { MessageEndpoint, type MessageEndpointOptions } from './message-endpoint.js';
import { FIRST_CALL_ID } from './message-session.js';

/** A transport with its endpoints; what it holds beside them is closed last. */
export interface MessageTarget {
  readonly endpoints: readonly Pick<
    MessageEndpointOptions,
    'label' | 'bothEras' | 'openAtOnce' | 'callers' | 'makeChannel' | 'sharesToken' | 'explain'
  >[];
  /** Connections beside the channels, where there are any. */
  connections?(): { readonly opened: number; readonly reused: number };
  /** Another token of `target.auth`, from the next message on. */
  setToken?(token: string): void;
  close(): void;
}

/** A driver over message channels: many calls in flight on each, matched by their ids. */
export class MessageDriver extends DriverCore<MessageEndpoint> {
  protected readonly endpoints: readonly MessageEndpoint[];
  readonly #target: MessageTarget;

  constructor(options: DriverOptions, makeTarget: (parts: EndpointOwner) => MessageTarget) {
    super(options, FIRST_CALL_ID);
    this.#target = makeTarget(this);
    this.endpoints = this.#target.endpoints.map(
      (endpoint, index) =>
        new MessageEndpoint({
          ...endpoint,
          owner: this,
          driver: options,
          known: options.eras?.[index],
          replies: this.replies,
          streams: this.streams,
          issued: (id) => this.issued(id),
        }),
    );
  }

  protected send(
    endpoint: MessageEndpoint,
    id: number,
    call: CallStart,
    round: Round | undefined,
    timeoutMs: number,
    done: (answer: CallAnswer) => void,
  ): CancelCall {
    const task = round?.task;
    const text =
      task === undefined
        ? endpoint.text.ofCall(id, call, round?.extra)
        : endpoint.text.ofTask(id, task.method, task.taskId, call, round?.extra ?? '');
    const kind = task === undefined ? (call.request?.kind ?? 'tool') : 'any';
    const session = endpoint.take(call.tenant ?? 0);
    const wire = new MessageCall(this, session, id, kind, call.wantResult || task !== undefined, Buffer.byteLength(text), done);
    wire.tool = call.tool;
    session.start(wire, text, timeoutMs, call.traceparent.slice(3, 35));
    const watch = round === undefined;
    return (outcome) => wire.cancel(outcome, watch);
  }

  protected useToken(token: string): void {
    this.#target.setToken?.(token);
  }

  protected connections(): Pick<DriverCounters, 'connectionsOpened' | 'connectionsReused'> {
    const sum = (of: (endpoint: MessageEndpoint) => number): number =>
      this.endpoints.reduce((total, endpoint) => total + of(endpoint), 0);
    const connections = this.#target.connections?.();
    return {
      connectionsOpened: connections?.opened ?? sum(({ channelsOpened }) => channelsOpened),
      connectionsReused: connections?.reused ?? sum(({ reused }) => reused),
    };
  }

  protected cancelAll(): void {
    for (const endpoint of this.endpoints) endpoint.cancelAll();
  }

  protected release(): void {
    this.#target.close();
  }
}
