import type { SessionCounts } from '../../journal/session-counts.js';
import type { OutcomeClass } from '../../scenario/outcome.js';
import type { Clock, TimerHandle } from '../call/clock.js';
import { backOffMs, type SessionRecovery } from './session-recovery.js';
import { SessionStreaks, type StreakOfSession } from './session-streak.js';
import { SessionTest } from './session-test.js';

/** What the keeper needs of a session; a session that is opened again is a new object. */
export abstract class KeptSession implements StreakOfSession {
  /** Absent: the server keeps no sessions. */
  abstract readonly id: string | undefined;
  inFlight = 0;
  /** Calls started on it. */
  calls = 0;
  /** The server has said that it is gone, or what carries it is. */
  lost = false;
  /** A handshake for its successor is under way, or waited for. */
  replacing = false;
  /** Its successor has taken over; it ends when its last call does. */
  retired = false;
  /** When it took its place, milliseconds of the clock. */
  startedMs = 0;
  /** Sessions before it in its place, in a row, that did not last. */
  shortLives = 0;
  served = false;
  streak = 0;
  streakClass: OutcomeClass | undefined = undefined;
}

export interface SessionKeeperOptions<S extends KeptSession> {
  readonly clock: Clock;
  /** Shared by all keepers of an endpoint. */
  readonly recovery: SessionRecovery;
  /** Renew after this many calls; absent: never. */
  readonly renewAfter: number | undefined;
  /** A call goes to the next session that has none in flight, where there is one; else to the next in turn, whatever it has. */
  readonly idleFirst?: boolean;
  /** Makes a handshake; rejects when it fails. */
  readonly open: () => Promise<S>;
  /** Ends a session on the server; resolves to the answer's status, or `none`, where there is one. Never rejects. */
  readonly end: (id: string, session: S) => Promise<string | undefined>;
  readonly warn: (name: string) => void;
  /** A session takes calls from now on. */
  readonly onStart?: (session: S) => void;
  /** A session takes none any more. */
  readonly onEnd?: (session: S) => void;
}

/** How long a class that was found to mean a lost session is believed for sessions of the same age. */
const BELIEVED_MS = 30_000;

/** The sessions of one caller at one endpoint: hands them out in turn, opens lost ones again off the clock, renews those that have served their calls. */
export class SessionKeeper<S extends KeptSession> {
  readonly #options: SessionKeeperOptions<S>;
  readonly #sessions: S[] = [];
  readonly #draining = new Set<S>();
  /** Sessions that were found gone by behaviour alone: the server may still keep them. */
  readonly #unsaid = new Set<S>();
  readonly #timers = new Set<TimerHandle>();
  readonly #streaks = new SessionStreaks();
  readonly #endedByStatus = new Map<string, number>();
  #test: SessionTest<S> | undefined;
  /** What the last test found: sessions older than it that fail in this class are gone too. */
  #found: { readonly how: OutcomeClass; readonly atMs: number } | undefined;
  #next = 0;
  #closed = false;
  #opened = 0;
  #lost = 0;
  #replaced = 0;
  #ended = 0;

  constructor(options: SessionKeeperOptions<S>) {
    this.#options = options;
  }

  get counts(): SessionCounts {
    return {
      opened: this.#opened,
      lost: this.#lost,
      replaced: this.#replaced,
      ended: this.#ended,
      endedByStatus: Object.fromEntries(this.#endedByStatus),
    };
  }

  add(session: S): void {
    session.startedMs = this.#options.clock.now();
    this.#options.recovery.grow();
    this.#sessions.push(session);
    if (session.id !== undefined) this.#opened++;
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
    if (this.#test !== undefined) session = this.#test.next() ?? session;
    this.#streaks.calls++;
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
    return [...this.#sessions, ...this.#draining, ...(this.#test === undefined ? [] : [this.#test.suspect])];
  }

  /** A call on it is over. @param gone it was told that the session is gone */
  callEnded(session: S, outcome: OutcomeClass, gone: boolean): void {
    if (gone) this.lost(session);
    else if (outcome === 'ok') {
      if (!session.served || session.streak > 0) this.#streaks.succeeded(session);
    } else if (this.#streaks.failed(session, outcome)) this.#suspect(session, outcome);
    if (this.#test !== undefined) this.#tested(this.#test, session, outcome);
    if (session.retired && session.inFlight === 0) this.drained(session);
  }

  /** A call on it was told that the session is gone. All its calls share one new handshake. */
  lost(session: S): void {
    if (session.lost) return;
    const test = this.#test;
    this.#gone(session);
    if (session === test?.probe) this.#keepSuspect(test);
    if (session === test?.suspect) this.#takeProbe(test);
    else if (!session.retired) this.#reopen(session);
  }

  /** The last call of a session that was replaced is over. */
  drained(session: S): void {
    if (!this.#draining.delete(session) || session.id === undefined || this.#closed) return;
    if (!session.lost || this.#unsaid.delete(session)) void this.#end(session);
  }

  /** An end of a session was sent to the server. @param answer its status, or `none`; undefined where there is no such answer */
  async ending(answer: Promise<string | undefined>): Promise<void> {
    this.#ended++;
    const status = await answer;
    if (status !== undefined) this.#endedByStatus.set(status, (this.#endedByStatus.get(status) ?? 0) + 1);
  }

  /** Ends all sessions on the server. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) this.#options.clock.clearTimer(timer);
    this.#timers.clear();
    const open = this.sessions().filter((session) => !session.lost || this.#unsaid.has(session));
    await Promise.all(open.map((session) => (session.id === undefined ? undefined : this.#end(session))));
  }

  #end(session: S): Promise<void> {
    return this.ending(this.#options.end(session.id as string, session));
  }

  #gone(session: S): void {
    session.lost = true;
    if (session.id !== undefined) this.#lost++;
    this.#options.onEnd?.(session);
  }

  /** A session that did not last is opened again after a pause only. */
  #reopen(session: S): void {
    if (session.replacing) return;
    const { recovery, warn } = this.#options;
    session.replacing = true;
    session.shortLives = recovery.shortLives(session.shortLives, session.startedMs);
    const pauseMs = recovery.pauseMs(session.shortLives);
    if (pauseMs === 0) this.#open(session, 0);
    else {
      warn('session-did-not-last');
      this.#later(pauseMs, () => this.#open(session, 0));
    }
  }

  #replace(session: S, failures: number): void {
    if (this.#closed || session.replacing || session === this.#test?.suspect || session === this.#test?.probe) return;
    session.replacing = true;
    this.#open(session, failures);
  }

  #open(session: S, failures: number): void {
    if (this.#closed) return;
    this.#options.open().then(
      (successor) => {
        if (!this.#welcome(successor)) return;
        successor.shortLives = session.lost ? session.shortLives : 0;
        this.#succeed(session, successor);
      },
      () => {
        if (this.#closed) return;
        this.#options.warn('session-open-failed');
        this.#later(backOffMs(failures + 1), () => this.#open(session, failures + 1));
      },
    );
  }

  /** @returns whether a new session is still wanted */
  #welcome(session: S): boolean {
    if (session.id !== undefined) this.#opened++;
    session.startedMs = this.#options.clock.now();
    if (this.#closed && session.id !== undefined) void this.#end(session);
    return !this.#closed;
  }

  #succeed(session: S, successor: S): void {
    const at = this.#sessions.indexOf(session);
    if (at >= 0) this.#sessions[at] = successor;
    if (session.lost) this.#replaced++;
    this.#options.onStart?.(successor);
    if (!session.lost) this.#options.onEnd?.(session);
    this.#retire(session);
  }

  #retire(session: S): void {
    session.retired = true;
    this.#draining.add(session);
    if (session.inFlight === 0) this.drained(session);
  }

  #later(pauseMs: number, act: () => void): void {
    const timer = this.#options.clock.setTimer(() => {
      this.#timers.delete(timer);
      act();
    }, pauseMs);
    this.#timers.add(timer);
  }

  /** All its calls fail in the same way, and it has served before: a new session shows whether it is the session. */
  #suspect(session: S, how: OutcomeClass): void {
    const { recovery, clock, open } = this.#options;
    if (this.#closed || session.id === undefined || session.lost || session.retired || session.replacing) return;
    const found = this.#found;
    if (found?.how === how && session.startedMs < found.atMs && clock.now() - found.atMs < BELIEVED_MS) {
      this.#foundGone(session);
      this.#reopen(session);
      return;
    }
    if (this.#test !== undefined || !recovery.mayTest) return;
    recovery.testing();
    session.replacing = true;
    open().then(
      (probe) => {
        session.replacing = false;
        if (!this.#welcome(probe)) return;
        if (session.lost) {
          recovery.tested(true);
          this.#replaceBy(session, probe);
        } else if (session.streakClass !== how) {
          recovery.tested(true);
          if (probe.id !== undefined) void this.#end(probe);
        } else {
          this.#test = new SessionTest(session, probe, how);
          this.#sessions[this.#sessions.indexOf(session)] = probe;
        }
      },
      () => {
        session.replacing = false;
        recovery.tested(true);
        if (session.lost && !this.#closed) this.#reopen(session);
      },
    );
  }

  #tested(test: SessionTest<S>, session: S, outcome: OutcomeClass): void {
    if (session !== test.suspect && session !== test.probe) return;
    const result = test.ended(session, outcome);
    if (result === undefined) return;
    if (result === 'gone') {
      this.#found = { how: test.how, atMs: test.probe.startedMs };
      this.#foundGone(test.suspect);
      this.#takeProbe(test);
    } else this.#keepSuspect(test);
  }

  #foundGone(session: S): void {
    this.#unsaid.add(session);
    this.#options.warn('session-lost-by-behaviour');
    this.#gone(session);
  }

  /** The new session stays in the place of the suspect. */
  #takeProbe(test: SessionTest<S>): void {
    this.#test = undefined;
    this.#options.recovery.tested(false);
    this.#replaceBy(test.suspect, test.probe);
  }

  #replaceBy(session: S, successor: S): void {
    successor.shortLives = this.#options.recovery.shortLives(session.shortLives, session.startedMs);
    this.#succeed(session, successor);
  }

  /** The suspect is as good as a new session. */
  #keepSuspect({ suspect, probe }: SessionTest<S>): void {
    this.#test = undefined;
    this.#options.recovery.tested(true);
    this.#sessions[this.#sessions.indexOf(probe)] = suspect;
    this.#retire(probe);
  }
}
