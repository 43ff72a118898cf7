import { EXIT } from '../../errors/exit-codes.js';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { addSessions, NO_SESSIONS } from '../../journal/session-counts.js';
import { headersFor } from '../../scenario/url-credentials.js';
import { ClientReplies, seededRandom } from '../call/client-replies.js';
import { type Clock, systemClock } from '../call/clock.js';
import { DeadlineQueue } from '../call/deadline-queue.js';
import { LogicalCall } from '../call/logical-call.js';
import { refuseWithoutToken } from '../call/refused-call.js';
import type { Round, RoundParts } from '../call/round.js';
import { SecretFilter } from '../call/secret-filter.js';
import { CANCEL_NOTES, type WireOwner } from '../call/wire-call.js';
import type { CallAnswer, CallStart, CancelCall, Driver, DriverCounters, EndpointDescription } from '../driver.js';
import { DEFAULT_LIMITS, type DriverLimits, type DriverOptions } from '../driver-options.js';
import type { StreamCounts } from '../http/held-stream.js';
import type { AnswerKind } from '../protocol/call-record.js';
import { type CompiledRule, compileRules } from '../protocol/classify.js';
import { MessageCall } from './message-call.js';
import { MessageEndpoint, type MessageEndpointOptions } from './message-endpoint.js';
import { FIRST_CALL_ID } from './message-session.js';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** JSON-RPC ids of one load thread; the next thread has the next range. */
const IDS_PER_WORKER = 1_000_000_000;

/** What a transport of message channels needs of the driver. */
export interface MessageDriverParts extends WireOwner {
  readonly limits: DriverLimits;
  readonly secrets: SecretFilter;
}

/** A transport with its endpoints; what it holds beside them is closed last. */
export interface MessageTarget {
  readonly endpoints: readonly Pick<
    MessageEndpointOptions,
    'label' | 'bothEras' | 'openAtOnce' | 'callers' | 'makeChannel' | 'explain'
  >[];
  /** Connections beside the channels, where there are any. */
  connections?(): { readonly opened: number; readonly reused: number };
  /** Another token of `target.auth`, from the next message on. */
  setToken?(token: string): void;
  /** Whether the calls of a caller carry that token. */
  sharesToken?(caller: number): boolean;
  close(): void;
}

/** A driver over message channels: many calls in flight on each, matched by their ids. */
export class MessageDriver implements Driver, MessageDriverParts {
  readonly clock: Clock;
  readonly limits: DriverLimits;
  readonly rules: readonly CompiledRule[];
  readonly deadlines: DeadlineQueue;
  readonly secrets: SecretFilter;
  readonly redact: (text: string) => string;
  readonly #target: MessageTarget;
  readonly #endpoints: readonly MessageEndpoint[];
  readonly #warnings = new Map<string, number>();
  readonly #streams: StreamCounts | undefined;
  /** For calls of the modern era that may take several requests; absent: none may. */
  readonly #rounds: RoundParts | undefined;
  readonly #firstId: number;
  #nextId: number;
  /** The shared token has run out. */
  #tokenGone = false;
  #toDeliver: MessageCall[] = [];
  #closed: Promise<void> | undefined;

  constructor(options: DriverOptions, makeTarget: (parts: MessageDriverParts) => MessageTarget) {
    const { target, client } = options;
    this.clock = options.clock ?? systemClock;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.rules = compileRules(options.classify);
    this.deadlines = new DeadlineQueue(this.clock);
    this.secrets = new SecretFilter(target.headers);
    for (const url of target.urls) this.secrets.addHeaders(headersFor(url, target));
    for (const { headers } of options.tenants ?? []) this.secrets.addHeaders(headers);
    this.redact = this.secrets.redact;
    this.#firstId = (options.worker ?? 0) * IDS_PER_WORKER + FIRST_CALL_ID;
    this.#nextId = this.#firstId;
    this.#streams = options.stream === true ? { open: 0, opened: 0, lost: 0, messages: 0 } : undefined;
    const replies = client === undefined ? undefined : new ClientReplies(client, seededRandom((options.worker ?? 0) + 1));
    this.#rounds = replies && {
      clock: this.clock,
      replies,
      rules: this.rules,
      redact: this.redact,
      cancelTold: this.cancelTold,
      send: (call, round, timeoutMs, done) => this.#round(call, round, timeoutMs, done),
    };
    this.#target = makeTarget(this);
    this.#endpoints = this.#target.endpoints.map(
      (endpoint, index) =>
        new MessageEndpoint({
          ...endpoint,
          owner: this,
          protocol: target.protocol,
          startTimeoutMs: options.handshakeTimeoutMs ?? target.startTimeoutMs,
          handshakeTimeoutMs: options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
          known: options.eras?.[index],
          sessionCalls: options.sessionCalls,
          clientInfo: { name: 'plimsoll', version: '1' },
          client,
          replies,
          streams: this.#streams,
          issued: (id) => id >= this.#firstId && id < this.#nextId,
        }),
    );
  }

  async open(sessions: number): Promise<readonly EndpointDescription[]> {
    const count = this.#endpoints.length;
    try {
      return await Promise.all(
        this.#endpoints.map((endpoint, index) => endpoint.open(Math.max(1, Math.floor((sessions + count - 1 - index) / count)))),
      );
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  start(call: CallStart, done: (answer: CallAnswer) => void): CancelCall {
    const endpoint = this.#endpoints[call.endpoint];
    if (endpoint === undefined || this.#closed !== undefined)
      throw new PlimsollError('a call was started on a driver that is not open for it', EXIT.internalError);
    if (this.#tokenGone && this.#target.sharesToken?.(call.tenant ?? 0) === true) return refuseWithoutToken(this.clock, done);
    if (this.#rounds !== undefined && endpoint.modern) return new LogicalCall(this.#rounds, call, done).start();
    const id = this.#nextId++;
    return this.#put(
      endpoint,
      id,
      endpoint.text.ofCall(id, call),
      call,
      call.request?.kind ?? 'tool',
      call.timeoutMs,
      true,
      done,
    );
  }

  #put(
    endpoint: MessageEndpoint,
    id: number,
    text: string,
    { tool, tenant, traceparent, wantResult }: CallStart,
    kind: AnswerKind,
    timeoutMs: number,
    watch: boolean,
    done: (answer: CallAnswer) => void,
  ): CancelCall {
    const session = endpoint.take(tenant ?? 0);
    const wire = new MessageCall(this, session, id, kind, wantResult || kind === 'any', Buffer.byteLength(text), done);
    wire.tool = tool;
    session.start(wire, text, timeoutMs, traceparent.slice(3, 35));
    return (outcome) => wire.cancel(outcome, watch);
  }

  /** One request of a call of several; the whole call says what became of it when it is cancelled, not each request. */
  #round(call: CallStart, { task, extra }: Round, timeoutMs: number, done: (answer: CallAnswer) => void): CancelCall {
    const endpoint = this.#endpoints[call.endpoint]!;
    const id = this.#nextId++;
    const text =
      task === undefined
        ? endpoint.text.ofCall(id, call, extra)
        : endpoint.text.ofTask(id, task.method, task.taskId, call, extra);
    return this.#put(
      endpoint,
      id,
      text,
      call,
      task === undefined ? (call.request?.kind ?? 'tool') : 'any',
      timeoutMs,
      false,
      done,
    );
  }

  setToken(token: string | undefined): void {
    this.#tokenGone = token === undefined;
    if (token !== undefined) this.#target.setToken?.(token);
  }

  counters(): DriverCounters {
    const sum = (of: (endpoint: MessageEndpoint) => number): number =>
      this.#endpoints.reduce((total, endpoint) => total + of(endpoint), 0);
    const connections = this.#target.connections?.();
    return {
      connectionsOpened: connections?.opened ?? sum(({ channelsOpened }) => channelsOpened),
      connectionsReused: connections?.reused ?? sum(({ reused }) => reused),
      sessions: this.#endpoints.map(({ sessions }) => sessions).reduce(addSessions, NO_SESSIONS),
      ...(this.#streams === undefined ? {} : { streams: { ...this.#streams } }),
      warnings: Object.fromEntries(this.#warnings),
    };
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  deliverSoon(call: MessageCall): void {
    if (this.#toDeliver.push(call) === 1) this.clock.afterSockets(this.#flush);
  }

  readonly warn = (name: string): void => {
    this.#warnings.set(name, (this.#warnings.get(name) ?? 0) + 1);
  };

  readonly cancelTold = (how: keyof typeof CANCEL_NOTES): void => this.warn(CANCEL_NOTES[how]);

  readonly #flush = (): void => {
    const calls = this.#toDeliver;
    this.#toDeliver = [];
    for (const call of calls) call.deliver();
  };

  async #end(): Promise<void> {
    for (const endpoint of this.#endpoints) endpoint.cancelAll();
    this.#flush();
    await Promise.all(this.#endpoints.map((endpoint) => endpoint.close()));
    this.#target.close();
    this.deadlines.close();
  }
}
