import { PlimsollError } from '../../errors/plimsoll-error.js';
import { addSessions, NO_SESSIONS, type SessionCounts } from '../../journal/session-counts.js';
import { headersFor } from '../../scenario/url-credentials.js';
import type { CallAnswer, CallStart, CancelCall, Driver, DriverCounters, EndpointDescription } from '../driver.js';
import { DEFAULT_LIMITS, type DriverLimits, type DriverOptions } from '../driver-options.js';
import { type CompiledRule, compileRules } from '../protocol/classify.js';
import { ClientReplies, seededRandom } from './client-replies.js';
import { type Clock, systemClock } from './clock.js';
import { DeadlineQueue } from './deadline-queue.js';
import { evenShare } from './even-share.js';
import { LogicalCall } from './logical-call.js';
import { refuseWithoutToken } from './refused-call.js';
import type { Round, RoundParts } from './round.js';
import { SecretFilter } from './secret-filter.js';
import type { StreamCounts } from './stream-counts.js';
import { CANCEL_NOTES, type WireCall, type WireOwner } from './wire-call.js';

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** JSON-RPC ids of one load thread; the next thread has the next range. */
const IDS_PER_WORKER = 1_000_000_000;

/** What an endpoint needs of its driver. */
export interface EndpointOwner extends WireOwner {
  readonly limits: DriverLimits;
  readonly secrets: SecretFilter;
  /** What the handshakes of all endpoints are made with. */
  readonly handshake: {
    /** For each request by which an endpoint is opened. */
    readonly startTimeoutMs: number;
    /** For each request of a handshake after that, where a session needs no process of ours. */
    readonly handshakeTimeoutMs: number;
    readonly clientInfo: { readonly name: string; readonly version: string };
  };
}

/** What a driver is made of on any transport: one endpoint of its target. */
export interface DriverEndpoint {
  /** Speaks the modern era. */
  readonly modern: boolean;
  readonly sessions: SessionCounts;
  open(sessions: number): Promise<EndpointDescription>;
  /** Whether the calls of a caller carry the token that all share. */
  sharesToken(tenant: number): boolean;
  close(): Promise<void>;
}

/** What the drivers of all transports share: ids, deadlines, rules, secrets, the token, warnings, the answers to be delivered, opening and closing. */
export abstract class DriverCore<Endpoint extends DriverEndpoint> implements Driver, EndpointOwner {
  readonly clock: Clock;
  readonly limits: DriverLimits;
  readonly rules: readonly CompiledRule[];
  readonly deadlines: DeadlineQueue;
  readonly secrets: SecretFilter;
  readonly redact: (text: string) => string;
  protected abstract readonly endpoints: readonly Endpoint[];
  /** Absent: what servers ask is refused. */
  protected readonly replies: ClientReplies | undefined;
  /** Absent: no streams are held. */
  protected readonly streams: StreamCounts | undefined;
  readonly handshake: EndpointOwner['handshake'];
  /** For calls of the modern era that may take several requests; absent: none may. */
  readonly #rounds: RoundParts | undefined;
  readonly #warnings = new Map<string, number>();
  readonly #firstId: number;
  #nextId: number;
  /** The shared token has run out. */
  #tokenGone = false;
  #toDeliver: WireCall[] = [];
  #end: Promise<void> | undefined;
  #closed = false;

  /** @param firstId of the calls of the first thread */
  constructor(options: DriverOptions, firstId: number) {
    const { target, client, worker = 0 } = options;
    this.clock = options.clock ?? systemClock;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.rules = compileRules(options.classify);
    this.deadlines = new DeadlineQueue(this.clock);
    this.secrets = new SecretFilter(target.headers);
    for (const url of target.urls) this.secrets.addHeaders(headersFor(url, target));
    for (const { headers } of options.tenants ?? []) this.secrets.addHeaders(headers);
    if (options.token !== undefined) this.secrets.add(options.token);
    this.redact = this.secrets.redact;
    this.replies = client === undefined ? undefined : new ClientReplies(client, seededRandom(worker + 1));
    this.streams = options.stream === true ? { open: 0, opened: 0, lost: 0, messages: 0 } : undefined;
    this.handshake = {
      startTimeoutMs: options.handshakeTimeoutMs ?? target.startTimeoutMs,
      handshakeTimeoutMs: options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS,
      clientInfo: { name: 'plimsoll', version: '1' },
    };
    this.#firstId = worker * IDS_PER_WORKER + firstId;
    this.#nextId = this.#firstId;
    this.#rounds = this.replies && {
      clock: this.clock,
      replies: this.replies,
      rules: this.rules,
      redact: this.redact,
      cancelTold: this.cancelTold,
      send: (call, round, timeoutMs, done) =>
        this.send(this.endpoints[call.endpoint]!, this.#nextId++, call, round, timeoutMs, done),
    };
  }

  async open(sessions: number): Promise<readonly EndpointDescription[]> {
    const count = this.endpoints.length;
    try {
      return await Promise.all(this.endpoints.map((endpoint, index) => endpoint.open(evenShare(sessions, count, index))));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  start(call: CallStart, done: (answer: CallAnswer) => void): CancelCall {
    const endpoint = this.endpoints[call.endpoint];
    if (endpoint === undefined || this.#closed)
      throw new PlimsollError('a call was started on a driver that is not open for it', 'internalError');
    if (this.#tokenGone && endpoint.sharesToken(call.tenant ?? 0)) return refuseWithoutToken(this.clock, done);
    if (this.#rounds !== undefined && endpoint.modern) return new LogicalCall(this.#rounds, call, done).start();
    return this.send(endpoint, this.#nextId++, call, undefined, call.timeoutMs, done);
  }

  setToken(token: string | undefined): void {
    this.#tokenGone = token === undefined;
    if (token === undefined) return;
    this.secrets.add(token);
    this.useToken(token);
  }

  counters(): DriverCounters {
    const { streams } = this;
    return {
      ...this.connections(),
      sessions: this.endpoints.map(({ sessions }) => sessions).reduce(addSessions, NO_SESSIONS),
      ...(streams === undefined ? {} : { streams: { ...streams } }),
      warnings: Object.fromEntries(this.#warnings),
    };
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#end ??= this.#close();
    return this.#end;
  }

  deliverSoon(call: WireCall): void {
    if (this.#toDeliver.push(call) === 1) this.clock.afterSockets(this.#deliver);
  }

  readonly warn = (name: string): void => {
    this.#warnings.set(name, (this.#warnings.get(name) ?? 0) + 1);
  };

  readonly cancelTold = (how: keyof typeof CANCEL_NOTES): void => this.warn(CANCEL_NOTES[how]);

  protected get closed(): boolean {
    return this.#closed;
  }

  /** Whether this driver has used an id for a call. */
  protected issued(id: number): boolean {
    return id >= this.#firstId && id < this.#nextId;
  }

  /**
   * Puts one request on the wire: a call, or one of the requests of a call of several.
   * @param round absent for a call of one request, which says itself what became of it when it is cancelled
   */
  protected abstract send(
    endpoint: Endpoint,
    id: number,
    call: CallStart,
    round: Round | undefined,
    timeoutMs: number,
    done: (answer: CallAnswer) => void,
  ): CancelCall;

  /** Another token of `target.auth`, from the next message on. */
  protected abstract useToken(token: string): void;
  protected abstract connections(): Pick<DriverCounters, 'connectionsOpened' | 'connectionsReused'>;
  /** Ends every call that is under way. */
  protected abstract cancelAll(): void;
  /** Closes what the transport holds beside its endpoints. */
  protected abstract release(): void;

  async #close(): Promise<void> {
    this.cancelAll();
    this.#deliver();
    await Promise.all(this.endpoints.map((endpoint) => endpoint.close()));
    this.release();
    this.deadlines.close();
  }

  readonly #deliver = (): void => {
    const calls = this.#toDeliver;
    this.#toDeliver = [];
    for (const call of calls) call.deliver();
  };
}
