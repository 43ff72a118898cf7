import type { OutcomeClass } from '../scenario/outcome.js';
import { Agenda } from './agenda.js';
import type { ArrivalRun, CallRun } from './call-run.js';
import { CallRunner } from './call-runner.js';
import { CellTable } from './cell-table.js';
import { type ClosedUser, ClosedUsers, leastPauseMs } from './closed-users.js';
import { DriveRecorder } from './drive-recorder.js';
import type { GeneratorParts } from './generator-parts.js';
import { InFlight } from './in-flight.js';
import { type LiveTally, type TallyOrder, tallyOf } from './live-tally.js';
import { Mix } from './mix.js';
import { SlowKeeper } from './noise/slow-keeper.js';
import { RetryBudget } from './retry-budget.js';
import { partOf, Schedule } from './schedule.js';
import { SegmentIndex } from './segment-index.js';
import { StartLoop } from './start-loop.js';
import { TenantMix } from './tenant-mix.js';
import { TraceIds } from './trace-ids.js';

/** Most starts in a row before the sockets are served again: a late generator must not also read its answers late. */
const STARTS_AT_ONCE = 64;
/** How long the driver may take to hand back the calls that were ended on the wire. */
const CANCEL_GRACE_MS = 2000;

/** One load thread's drive: starts what is due, follows each call to its end, drains, and hands over what it counted each second. */
export class Generator {
  readonly #parts: GeneratorParts;
  readonly #schedule: Schedule;
  readonly #agenda = new Agenda();
  readonly #inFlight: InFlight<CallRun>;
  readonly #recorder: DriveRecorder;
  readonly #runner: CallRunner;
  readonly #mix: Mix;
  readonly #loop: StartLoop;
  readonly #users: ClosedUsers;
  readonly #tenants: TenantMix | undefined;
  readonly #warnings = new Map<string, number>();
  #scheduleOpen = true;
  #loadEndMs: number;
  #drainEndMs: number;
  #cancelled = false;
  #ended = false;

  constructor(parts: GeneratorParts) {
    const { scenario, clock, originMs, share } = parts;
    const { load } = scenario;
    this.#parts = parts;
    this.#schedule = new Schedule(load, share);
    this.#inFlight = new InFlight(Math.max(1, partOf(load.maxInFlight, share)));
    const keepAboveUs = parts.keepAboveUs ?? Number.POSITIVE_INFINITY;
    this.#recorder = new DriveRecorder(parts.worker, new SlowKeeper(keepAboveUs, share.count));
    this.#mix = new Mix(parts.plan.weights, load.seed);
    const { tenants } = scenario;
    this.#tenants = tenants === undefined ? undefined : new TenantMix(tenants, load);
    // An answer that is read late puts off whatever comes after it.
    const followsAnswers =
      load.retry !== undefined ||
      load.phases.some(({ model }) => model === 'closed') ||
      parts.plan.arrivals.some(({ steps }) => steps.length > 1);
    this.#loop = new StartLoop(clock, (nowMs) => this.#work(nowMs - originMs) + originMs, {
      awaiting: () => this.#inFlight.count > 0,
      onGap: (startMs, endMs, owed) => this.#recorder.gaps.add(startMs - originMs, endMs - originMs, owed || followsAnswers),
      ...(parts.waitedMs === undefined ? {} : { waitedMs: parts.waitedMs }),
    });
    this.#runner = new CallRunner({
      driver: parts.driver,
      timeoutMs: load.timeoutMs,
      segments: new SegmentIndex(parts.timeline),
      cells: new CellTable(
        parts.plan.tools,
        parts.endpoints,
        tenants?.map(({ name }) => name),
      ),
      endpoints: parts.endpoints,
      recorder: this.#recorder,
      inFlight: this.#inFlight,
      agenda: this.#agenda,
      traceIds: new TraceIds(),
      retry: load.retry === undefined ? undefined : new RetryBudget(load.retry, load.seed),
      seed: load.seed,
      nowMs: () => clock.now() - originMs,
      originMs,
      beforeEnd: (endedMs) => this.#closeSeconds(endedMs),
      onEnd: (arrival, outcome, endedMs) => this.#callEnded(arrival, outcome, endedMs),
      mayRetry: () => !this.#cancelled,
      onAppointment: (dueMs) => this.#loop.wakeBy(dueMs + originMs),
    });
    this.#loadEndMs = load.phases.reduce((sum, { forMs }) => sum + forMs, 0);
    this.#drainEndMs = this.#loadEndMs + load.drainMs;
    this.#users = new ClosedUsers(load, share, this.#tenants);
    for (const { user, readyMs } of this.#users.entrances()) this.#userReady(user, readyMs);
  }

  start(): void {
    this.#loop.start();
  }

  /** What is in flight at this moment, and how much of it has been due for longer than each of some ages. */
  liveTally(ages: TallyOrder['ages']): LiveTally {
    const nowMs = this.#parts.clock.now() - this.#parts.originMs;
    return { worker: this.#parts.worker, ...tallyOf(this.#inFlight.holders(), ages, nowMs) };
  }

  /** Starts nothing more; `at once` also takes back what is in flight. */
  stop(how: 'drain' | 'at once'): void {
    if (this.#ended) return;
    const nowMs = Math.max(0, this.#parts.clock.now() - this.#parts.originMs);
    if (this.#scheduleOpen) {
      this.#scheduleOpen = false;
      this.#loadEndMs = Math.min(this.#loadEndMs, nowMs);
      this.#drainEndMs = Math.min(this.#drainEndMs, this.#loadEndMs + this.#parts.scenario.load.drainMs);
      this.#agenda.keepOnlyDrain();
    }
    if (how === 'at once') this.#drainEndMs = Math.min(this.#drainEndMs, nowMs);
    this.#loop.wakeBy(this.#parts.clock.now());
  }

  /** Does what is due and says when to come back. Milliseconds from the start of the first phase. */
  #work(startMs: number): number {
    let nowMs = startMs;
    for (let started = 0; started < STARTS_AT_ONCE && this.#nextDueMs() <= nowMs; started++) {
      this.#closeSeconds(nowMs);
      if (this.#scheduleOpen && this.#schedule.dueMs <= this.#agenda.dueMs) this.#startScheduled();
      else this.#agenda.take().act();
      nowMs = this.#parts.clock.now() - this.#parts.originMs;
    }
    this.#closeSeconds(nowMs);
    const dueMs = this.#nextDueMs();
    if (nowMs >= this.#loadEndMs && dueMs > nowMs) return Math.min(dueMs, this.#drain(nowMs));
    return Math.min(dueMs, this.#boundaryMs(), Math.max(this.#loadEndMs, nowMs));
  }

  #nextDueMs(): number {
    return this.#scheduleOpen ? Math.min(this.#schedule.dueMs, this.#agenda.dueMs) : this.#agenda.dueMs;
  }

  #startScheduled(): void {
    const { index, dueMs } = this.#schedule;
    this.#schedule.advance();
    this.#arrive(index, dueMs, undefined);
  }

  #arrive(index: number, dueMs: number, user: ClosedUser | undefined): void {
    const planned = this.#parts.plan.arrivals[this.#mix.choose(index)]!;
    const endpoint = index % this.#parts.endpoints.length;
    const tenant = user?.tenant ?? this.#tenants?.choose(index, dueMs) ?? 0;
    const arrival: ArrivalRun = { index, planned, endpoint, tenant, user, step: 0, saved: new Map() };
    const thinkMs = planned.steps[0]?.thinkMs ?? 0;
    if (thinkMs === 0) this.#runner.begin(arrival, dueMs);
    else this.#stepAt(arrival, dueMs + thinkMs);
  }

  /** Starts the arrival's current step when it is due, unless the load is over by then. */
  #stepAt(arrival: ArrivalRun, dueMs: number): void {
    this.#appoint(dueMs, arrival.user?.phaseEndMs, () => this.#runner.begin(arrival, dueMs));
  }

  #callEnded(arrival: ArrivalRun, outcome: OutcomeClass, endedMs: number): void {
    const { planned, user } = arrival;
    if (outcome === 'ok' && arrival.step + 1 < planned.steps.length) {
      arrival.step += 1;
      this.#stepAt(arrival, endedMs + (planned.steps[arrival.step]?.thinkMs ?? 0));
      return;
    }
    if (outcome !== 'ok' && planned.steps.length > 1) this.#warn('journeys-failed');
    if (user !== undefined) {
      this.#userReady(user, endedMs + Math.max(leastPauseMs(outcome), planned.thinkAfterMs + user.thinkMs));
    }
    if (this.#inFlight.count === 0 && endedMs >= this.#loadEndMs) this.#loop.wakeBy(this.#parts.clock.now());
  }

  #userReady(user: ClosedUser, dueMs: number): void {
    this.#appoint(dueMs, user.phaseEndMs, () => this.#arrive(this.#users.nextIndex(), dueMs, user));
  }

  /** Does it now when it is due already, later when it is due before the load or the phase ends, else never. */
  #appoint(dueMs: number, phaseEndMs: number | undefined, act: () => void): void {
    if (!this.#scheduleOpen || dueMs >= this.#loadEndMs || (phaseEndMs !== undefined && dueMs >= phaseEndMs)) return;
    if (dueMs <= this.#parts.clock.now() - this.#parts.originMs) act();
    else {
      this.#agenda.add({ dueMs, holdsDrain: false, act });
      this.#loop.wakeBy(dueMs + this.#parts.originMs);
    }
  }

  #boundaryMs(): number {
    return (this.#recorder.second + 1) * 1000;
  }

  /** Closes every second that is over and in which nothing is left to start. */
  #closeSeconds(nowMs: number): void {
    for (let endMs = this.#boundaryMs(); nowMs >= endMs && this.#nextDueMs() >= endMs; endMs = this.#boundaryMs()) {
      this.#closeSecond(endMs);
    }
  }

  #closeSecond(endMs: number): void {
    const inFlight = this.#inFlight.takeMean(endMs);
    const inFlightAt = this.#inFlight.takeGrid(endMs);
    const { second, samples } = this.#recorder.closeSecond({ endMs, inFlight, inFlightAt, thread: this.#parts.readThread() });
    this.#parts.onSecond(second, samples);
  }

  /** After the last phase: waits for what is in flight, takes it back when the drain is over, and ends. Says when to come back. */
  #drain(nowMs: number): number {
    if (this.#inFlight.count > 0 && nowMs >= this.#drainEndMs && !this.#cancelled) {
      this.#cancelled = true;
      this.#runner.cancelAll();
    }
    if (this.#inFlight.count > 0 && nowMs >= this.#drainEndMs + CANCEL_GRACE_MS) {
      this.#warn('calls-not-handed-back', this.#runner.abandonAll());
    }
    if (this.#inFlight.count > 0) {
      return Math.min(this.#boundaryMs(), this.#cancelled ? this.#drainEndMs + CANCEL_GRACE_MS : this.#drainEndMs);
    }
    if (!this.#ended) this.#end(nowMs);
    return Number.POSITIVE_INFINITY;
  }

  #end(nowMs: number): void {
    this.#ended = true;
    this.#loop.stop();
    this.#closeSecond(nowMs);
    this.#parts.onEnd({ endedS: nowMs / 1000, warnings: Object.fromEntries(this.#warnings) });
  }

  #warn(name: string, times = 1): void {
    this.#warnings.set(name, (this.#warnings.get(name) ?? 0) + times);
  }
}
