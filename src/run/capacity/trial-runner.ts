import { setTimeout as wait } from 'node:timers/promises';
import { conditionsOf, faultConditionsOf } from '../../capacity/search/slo-condition.js';
import type { TrialEntry, TrialNoise } from '../../journal/trial-entry.js';
import type { LiveTally } from '../../load/live-tally.js';
import { compact } from '../../scenario/file/compact.js';
import { planOf } from '../../scenario/plan/plan.js';
import { abortLimits } from './abort-limits.js';
import { BoundedDrive, SPARE_MS } from './bounded-drive.js';
import { askWhetherIdle, limitsUs } from './idle-question.js';
import { agesOf, reasonToStop } from './reason-to-stop.js';
import type { SearchContext } from './search-context.js';
import { trialScenario, trialTimeline } from './trial-load.js';
import { TrialNoiseRecorder } from './trial-noise-recorder.js';
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

/** Looked at this often. */
const WATCH_MS = 250;
/** Longest drain: calls still in flight after it are `unfinished`. */
const LONGEST_DRAIN_S = 10;
/** Pause between two trials, in which nothing is in flight. */
const PAUSE_S = 0.5;

type TrialContext = Pick<SearchContext, 'drives' | 'scenario' | 'write' | 'nowS' | 'nowMs' | 'ended'>;

/** Runs trials one after another on an open environment, each from an idle server to an idle server. */
export class TrialRunner {
  readonly #context: TrialContext;
  readonly #callsPerArrival: number;
  readonly #shares: ReadonlyMap<string, number>;
  #trials = 0;

  constructor(context: TrialContext) {
    this.#context = context;
    const plan = planOf(context.scenario);
    this.#callsPerArrival = plan.callsPerArrival;
    this.#shares = new Map(plan.tools.map(({ tool, share }) => [tool, share]));
  }

  /** Trials so far: the segment that the next one will be in the report. */
  get count(): number {
    return this.#trials;
  }

  /** @param deadlineMs `nowMs` at which everything has to be over */
  async run(order: TrialOrder, deadlineMs: number): Promise<TrialEntry> {
    const { scenario, nowMs } = this.#context;
    const index = this.#trials++;
    const settleS = Math.round(order.settleS);
    const measureS = Math.max(1, Math.round(order.measureS));
    const timeline = trialTimeline(settleS, measureS);
    const recorder = new TrialRecorder(timeline);
    const conditions = conditionsOf(scenario.slo);
    const limits = abortLimits(conditions, order.rate, measureS, (tool) => this.#shares.get(tool) ?? 0);
    const noise = new TrialNoiseRecorder({
      conditions: [...conditions, ...faultConditionsOf(scenario.slo)],
      ratePerS: order.rate,
      maxInFlight: scenario.load.maxInFlight,
    });
    let soFar: TrialNoise | undefined;
    const leftMs = (): number => deadlineMs - SPARE_MS - nowMs();
    const drainS = Math.min(LONGEST_DRAIN_S, leftMs() / 1000 - settleS - measureS);
    const tallies = new Map<number, LiveTally>();
    let stopped: TrialEntry['stopped'];
    const drive = new BoundedDrive<NonNullable<TrialEntry['stopped']> | 'enough'>(this.#context, {
      what: 'trial',
      scenario: trialScenario(scenario, {
        arrivalsPerS: order.rate / this.#callsPerArrival,
        settleS,
        measureS,
        drainMs: Math.round(1000 * Math.max(0.2, drainS)),
        seed: scenario.load.seed + index,
      }),
      timeline,
      segment: index,
      leftMs,
      watch: {
        everyMs: WATCH_MS,
        ages: agesOf(limits),
        onTally: (tally) => {
          tallies.set(tally.worker, tally);
          const why = reasonToStop(limits, recorder, [...tallies.values()], () => {
            soFar ??= noise.told({ settleS, endS: recorder.lastS, stopped: false }, recorder.measuredCells());
            return soFar;
          });
          // A warm-up is judged by nobody; only a queue without end has to be stopped.
          if (why === 'in-flight' || (why !== undefined && order.purpose !== 'warm-up')) drive.end(why);
        },
      },
      hear: (entry) => {
        recorder.add(entry);
        noise.add(entry);
        if (entry.type === 'second' || entry.type === 'delay') soFar = undefined;
        if (entry.type === 'second' && order.enough?.(recorder.blockMedians()) === true) drive.end('enough');
        return entry;
      },
      onEnd: (why, atS) => {
        if (why !== 'enough') stopped = why;
        recorder.cutAt(atS);
      },
    });
    const { endedS } = await drive.ended();
    const loadEndS = settleS + recorder.measuredS;
    const told = noise.told({ settleS, endS: loadEndS, stopped: stopped !== undefined }, recorder.measuredCells());
    const cameBack = await this.#settle(recorder, stopped, endedS - loadEndS, leftMs);
    return {
      type: 'trial',
      t: drive.startT,
      under: order.under,
      purpose: order.purpose,
      offeredRate: order.rate,
      searchS: order.askedS,
      settleS,
      plannedS: measureS,
      tookS: drive.tookS,
      ...compact({ stopped, cameBack }),
      ...recorder.measured(),
      ...(told === undefined ? {} : { noise: told }),
    };
  }

  /** Pauses, and asks whether the server is idle where the trial gives reason to doubt it. */
  async #settle(
    recorder: TrialRecorder,
    stopped: TrialEntry['stopped'],
    drainedS: number,
    leftMs: () => number,
  ): Promise<boolean | undefined> {
    const { scenario, ended } = this.#context;
    const doubtful = stopped === 'in-flight' || stopped === 'over' || recorder.unanswered > 0 || drainedS > 1;
    await wait(Math.max(0, Math.min(PAUSE_S * 1000, leftMs())));
    if (!doubtful || ended.aborted) return undefined;
    const longestS = Math.max(LONGEST_DRAIN_S, (8 * Math.max(...limitsUs(scenario))) / 1e6);
    return askWhetherIdle(this.#context, longestS, leftMs);
  }
}
