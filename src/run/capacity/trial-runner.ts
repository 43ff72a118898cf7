import { setTimeout as wait } from 'node:timers/promises';
import type { JournalEntry } from '../../journal/journal-entry.js';
import type { TrialEntry } from '../../journal/trial-entry.js';
import type { LiveTally } from '../../load/live-tally.js';
import type { DriveEntry } from '../../load/load-engine.js';
import { planOf } from '../../scenario/plan/plan.js';
import type { Scenario } from '../../scenario/scenario.js';
import { type AbortLimits, abortLimits } from './abort-limits.js';
import type { CountDrives } from './counted-drives.js';
import { comesBack } from './idle-check.js';
import { idleQuestion, limitsUs } from './idle-question.js';
import { trialScenario, trialTimeline } from './trial-load.js';
import { TrialRecorder } from './trial-recorder.js';

/** One trial as the search asks for it. Times of the search in seconds from its start. */
export interface TrialOrder {
  readonly under: string;
  readonly purpose: TrialEntry['purpose'];
  /** Calls per second. */
  readonly rate: number;
  readonly settleS: number;
  readonly measureS: number;
  /** When it was asked for, seconds from the start of the search. */
  readonly askedS: number;
  /** Ends the trial early, by the medians of its blocks of 5 s in microseconds: a warm-up that is stable. */
  readonly enough?: (blockMediansUs: readonly (number | null)[]) => boolean;
}

export interface TrialRunnerParts {
  readonly drives: CountDrives;
  readonly scenario: Scenario;
  /** Entries with `t` in seconds from the start of the run; trials are handed back instead. */
  readonly write: (entry: JournalEntry) => void;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** `nowMs` at the start of the run. */
  readonly originMs: number;
  /** Ends the trial that is on, without any further one. */
  readonly stop: AbortSignal;
}

/** Looked at this often. */
const WATCH_MS = 250;
/** Longest drain: calls still in flight after it are `unfinished`. */
const LONGEST_DRAIN_S = 10;
/** Pause between two trials, in which nothing is in flight. */
const PAUSE_S = 0.5;
/** Kept free at the deadline. */
const SPARE_S = 0.3;
/** Error samples of one trial that the journal keeps. */
const SAMPLES = 5;

/** Runs trials one after another on an open environment, each from an idle server to an idle server. */
export class TrialRunner {
  readonly #parts: TrialRunnerParts;
  readonly #callsPerArrival: number;
  readonly #shares: ReadonlyMap<string, number>;
  #trials = 0;

  constructor(parts: TrialRunnerParts) {
    this.#parts = parts;
    const plan = planOf(parts.scenario);
    this.#callsPerArrival = plan.callsPerArrival;
    this.#shares = new Map(plan.tools.map(({ tool, share }) => [tool, share]));
  }

  /** Trials so far: the segment that the next one will be in the report. */
  get count(): number {
    return this.#trials;
  }

  /** @param deadlineMs `nowMs` at which everything has to be over */
  async run(order: TrialOrder, deadlineMs: number): Promise<TrialEntry> {
    const { drives, scenario, nowMs, originMs, stop } = this.#parts;
    const index = this.#trials++;
    const settleS = Math.round(order.settleS);
    const measureS = Math.max(1, Math.round(order.measureS));
    const timeline = trialTimeline(settleS, measureS);
    const recorder = new TrialRecorder(timeline);
    const limits = abortLimits(scenario.slo, order.rate, measureS, (tool) => this.#shares.get(tool) ?? 0);
    const drainS = Math.min(LONGEST_DRAIN_S, (deadlineMs - nowMs()) / 1000 - settleS - measureS - SPARE_S);
    const driven = trialScenario(scenario, {
      arrivalsPerS: order.rate / this.#callsPerArrival,
      settleS,
      measureS,
      drainMs: Math.round(1000 * Math.max(0.2, drainS)),
      seed: scenario.load.seed + index,
    });

    const tallies = new Map<number, LiveTally>();
    let stopped: TrialEntry['stopped'];
    let atS = (): number => 0;
    const end = (why: NonNullable<TrialEntry['stopped']> | 'enough', how: 'drain' | 'at once' = 'drain'): void => {
      if (ended) return;
      ended = true;
      if (why !== 'enough') stopped = why;
      recorder.cutAt(atS());
      drive.stop(how, 'stopped');
    };
    let ended = false;
    let samples = 0;
    const accept = (entry: DriveEntry | JournalEntry): void => {
      recorder.add(entry);
      if (entry.type === 'sample') {
        if (entry.kind === 'error' && samples++ < SAMPLES) this.#write({ ...entry, segment: index }, startT);
      } else if (entry.type !== 'second' && entry.type !== 'cell') this.#write(entry, startT);
      if (entry.type === 'second' && order.enough?.(recorder.blockMedians()) === true) end('enough');
    };
    const held: (DriveEntry | JournalEntry)[] = [];
    let hear = (entry: DriveEntry | JournalEntry): void => void held.push(entry);
    const drive = drives('trial').drive(driven, timeline, (entry) => hear(entry), {
      everyMs: WATCH_MS,
      ages: limits.over.map(({ limitUs, tool }) => ({ ms: limitUs / 1000, ...(tool === undefined ? {} : { tool }) })),
      onTally: (tally) => {
        tallies.set(tally.worker, tally);
        if (ended) return;
        const why = reasonToStop(limits, recorder, [...tallies.values()]);
        // A warm-up is judged by nobody; only a queue without end has to be stopped.
        if (why === 'in-flight' || (why !== undefined && order.purpose !== 'warm-up')) end(why);
      },
    });
    const startedMs = nowMs() + drive.startedAtMs - Date.now();
    const startT = (startedMs - originMs) / 1000;
    atS = () => (nowMs() - startedMs) / 1000;
    hear = accept;
    for (const entry of held) accept(entry);

    const onStop = (): void => end('stopped');
    stop.addEventListener('abort', onStop, { once: true });
    if (stop.aborted) onStop();
    const guard = setTimeout(() => end('deadline', 'at once'), Math.max(0, deadlineMs - SPARE_S * 1000 - nowMs()));
    let endedS: number;
    try {
      ({ endedS } = await drive.ended);
    } finally {
      clearTimeout(guard);
      stop.removeEventListener('abort', onStop);
    }
    const loadEndS = settleS + recorder.measuredS;
    const cameBack = await this.#settle(recorder, stopped, endedS - loadEndS, deadlineMs);
    return {
      type: 'trial',
      t: startT,
      under: order.under,
      purpose: order.purpose,
      offeredRate: order.rate,
      searchS: order.askedS,
      settleS,
      plannedS: measureS,
      tookS: (nowMs() - startedMs) / 1000,
      ...(stopped === undefined ? {} : { stopped }),
      ...(cameBack === undefined ? {} : { cameBack }),
      ...recorder.measured(),
    };
  }

  /** Pauses, and asks whether the server is idle where the trial gives reason to doubt it. */
  async #settle(
    recorder: TrialRecorder,
    stopped: TrialEntry['stopped'],
    drainedS: number,
    deadlineMs: number,
  ): Promise<boolean | undefined> {
    const { drives, scenario, nowMs, stop } = this.#parts;
    const leftMs = (): number => deadlineMs - SPARE_S * 1000 - nowMs();
    const doubtful = stopped === 'in-flight' || stopped === 'over' || recorder.unanswered > 0 || drainedS > 1;
    await wait(Math.max(0, Math.min(PAUSE_S * 1000, leftMs())));
    if (!doubtful || stop.aborted) return undefined;
    return comesBack({
      ...idleQuestion(drives('idle-check'), scenario),
      longestS: Math.max(LONGEST_DRAIN_S, (8 * Math.max(...limitsUs(scenario))) / 1e6),
      leftMs,
      nowMs,
      stopped: () => stop.aborted,
    });
  }

  #write(entry: JournalEntry, startT: number): void {
    this.#parts.write('t' in entry ? { ...entry, t: startT + entry.t } : entry);
  }
}

/** Which rule ends the trial now. */
export function reasonToStop(
  limits: AbortLimits,
  recorder: Pick<TrialRecorder, 'givenUp' | 'lateStarts' | 'overSoFar' | 'failedSoFar'>,
  tallies: readonly LiveTally[],
): NonNullable<TrialEntry['stopped']> | undefined {
  if (recorder.givenUp > 0 || recorder.lateStarts(limits.late.limitUs) > limits.late.allowed) return 'late';
  const sumOf = (figureOf: (tally: LiveTally) => number): number => tallies.reduce((sum, tally) => sum + figureOf(tally), 0);
  if (sumOf(({ inFlight }) => inFlight) > limits.inFlight) return 'in-flight';
  const certain =
    limits.over.some(
      (rule, at) => recorder.overSoFar(rule.limitUs, rule) + sumOf(({ older }) => older[at] ?? 0) > rule.allowed,
    ) || limits.failed.some((rule) => recorder.failedSoFar(rule) > rule.allowed);
  return certain ? 'over' : undefined;
}
