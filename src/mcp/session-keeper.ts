import type { Clock, TimerHandle } from './clock.js';
import type { LegacySession } from './legacy-session.js';

/** What the keeper needs of a session; a session that is opened again is a new object. */
export interface KeptSession {
  /** Absent: the server keeps no sessions. */
  readonly id: string | undefined;
  inFlight: number;
  /** Calls started on it. */
  calls: number;
  lost: boolean;
  /** A handshake for its successor is under way. */
  replacing: boolean;
  /** Its successor has taken over; it ends when its last call does. */
  retired: boolean;
}

export interface SessionKeeperOptions<S extends KeptSession> {
  readonly clock: Clock;
  /** Renew after this many calls; absent: never. */
  readonly renewAfter: number | undefined;
  /** A call goes to the next session that has none in flight, where there is one; else to the next in turn, whatever it has. */
  readonly idleFirst?: boolean;
  /** Makes a handshake; rejects when it fails. */
  readonly open: () => Promise<S>;
  /** Ends a session on the server; never rejects. */
  readonly end: (id: string, session: S) => Promise<void>;
  readonly warn: (name: string) => void;
  /** A session takes calls from now on. */
  readonly onStart?: (session: S) => void;
  /** A session takes none any more. */
  readonly onEnd?: (session: S) => void;
}

/** Waits between attempts to open a lost session again. */
const BACK_OFF_MS = [250, 500, 1000, 2000, 5000] as const;

/** The sessions of one endpoint: hands them out in turn, opens lost ones again off the clock, renews those that have served their calls. */
export class SessionKeeper<S extends KeptSession = LegacySession> {
  readonly #options: SessionKeeperOptions<S>;
  readonly #sessions: S[] = [];
  readonly #draining = new Set<S>();
  readonly #timers = new Set<TimerHandle>();
  #next = 0;
  #closed = false;
  opened = 0;
  lostCount = 0;

  constructor(options: SessionKeeperOptions<S>) {
    this.#options = options;
  }

  add(session: S): void {
    this.#sessions.push(session);
    if (session.id !== undefined) this.opened++;
    this.#options.onStart?.(session);
  }

  /**
   * The session for the next call: the next in turn that is not lost. When all are lost, a lost one: its calls fail as such,
   * for no call waits in a hidden queue.
   */
  take(): S {
    const sessions = this.#sessions;
    const count = sessions.length;
    let session = sessions[this.#next % count]!;
    for (let i = 1; session.lost && i < count; i++) session = sessions[(this.#next + i) % count]!;
    if (this.#options.idleFirst === true && session.inFlight > 0) session = this.#idle() ?? session;
    this.#next = (this.#next + 1) % count;
    session.calls++;
    session.inFlight++;
    const { renewAfter } = this.#options;
    if (renewAfter !== undefined && session.calls >= renewAfter && session.id !== undefined) this.#replace(session, 0);
    return session;
  }

  #idle(): S | undefined {
    const count = this.#sessions.length;
    for (let i = 1; i < count; i++) {
      const session = this.#sessions[(this.#next + i) % count]!;
      if (!session.lost && session.inFlight === 0) return session;
    }
    return undefined;
  }

  /** Every session that calls are on, those on their way out included. */
  sessions(): readonly S[] {
    return [...this.#sessions, ...this.#draining];
  }

  /** A call on it was told that the session is gone. All its calls share one new handshake. */
  lost(session: S): void {
    if (session.lost) return;
    session.lost = true;
    this.lostCount++;
    this.#options.onEnd?.(session);
    if (!session.retired) this.#replace(session, 0);
  }

  /** The last call of a renewed session is over. */
  drained(session: S): void {
    if (!this.#draining.delete(session) || session.lost || session.id === undefined || this.#closed) return;
    void this.#options.end(session.id, session);
  }

  /** Ends all sessions on the server. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) this.#options.clock.clearTimer(timer);
    this.#timers.clear();
    const open = [...this.#sessions, ...this.#draining].filter(({ lost }) => !lost);
    await Promise.all(open.map((session) => (session.id === undefined ? undefined : this.#options.end(session.id, session))));
  }

  #replace(session: S, failures: number): void {
    if (this.#closed || (session.replacing && failures === 0)) return;
    session.replacing = true;
    this.#options.open().then(
      (successor) => {
        this.opened++;
        if (this.#closed) {
          if (successor.id !== undefined) void this.#options.end(successor.id, successor);
          return;
        }
        this.#sessions[this.#sessions.indexOf(session)] = successor;
        session.retired = true;
        this.#options.onStart?.(successor);
        if (!session.lost) this.#options.onEnd?.(session);
        this.#draining.add(session);
        if (session.inFlight === 0) this.drained(session);
      },
      () => {
        if (this.#closed) return;
        this.#options.warn('session-open-failed');
        const timer = this.#options.clock.setTimer(
          () => {
            this.#timers.delete(timer);
            this.#replace(session, failures + 1);
          },
          BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)]!,
        );
        this.#timers.add(timer);
      },
    );
  }
}
