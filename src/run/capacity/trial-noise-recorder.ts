import { isNeverMadeByDelay } from '../../analysis/noise/certain-failure.js';
import { certainFailuresKept, stayingAbove } from '../../analysis/noise/certain-miss.js';
import { Disturbance, type ShiftedCall } from '../../analysis/noise/disturbance.js';
import { NoiseRecord } from '../../analysis/noise/noise-record.js';
import type { Tally } from '../../analysis/tally.js';
import type { SloCondition } from '../../capacity/search/slo-condition.js';
import type { JournalEntry } from '../../journal/journal-entry.js';
import { LatencyHistogram } from '../../journal/latency-histogram.js';
import type { TrialNoise } from '../../journal/trial-entry.js';
import { OUTCOME_CLASSES } from '../../scenario/outcome.js';

const NEVER_BY_DELAY = OUTCOME_CLASSES.filter(isNeverMadeByDelay);

/** The parts of a trial: the settle, whose calls nobody judges, and the measured window. */
const SETTLE = 0;
const MEASURED = 1;

/** Times in seconds from the start of the settle. */
export interface TrialWindow {
  readonly settleS: number;
  readonly endS: number;
  /** Whether it was ended there before its time. */
  readonly stopped: boolean;
}

/** What a trial is driven with. */
export interface TrialDrive {
  readonly conditions: readonly SloCondition[];
  /** Arrivals a second. */
  readonly ratePerS: number;
  readonly maxInFlight: number;
}

/** Cells of the measured window with what was counted of them. */
export type MeasuredCells = ReadonlyMap<number, { readonly tool: string; readonly sum: Tally }>;

/** Gathers what one trial tells of delay on its machine. Pure. */
export class TrialNoiseRecorder {
  readonly #record = new NoiseRecord();
  readonly #drive: TrialDrive;

  constructor(drive: TrialDrive) {
    this.#drive = drive;
  }

  add(entry: JournalEntry): void {
    if (entry.type === 'second') this.#record.addSecond(entry);
    else if (entry.type === 'delay') this.#record.addDelay(entry);
  }

  /** Undefined where nothing of it was told. */
  told({ settleS, endS, stopped }: TrialWindow, measured: MeasuredCells): TrialNoise | undefined {
    const { conditions, ratePerS, maxInFlight } = this.#drive;
    const disturbance = new Disturbance(this.#record, [
      { id: SETTLE, startS: 0, endS: settleS, ratePerS, maxInFlight },
      { id: MEASURED, startS: settleS, endS, ratePerS, maxInFlight },
    ]);
    const { view } = disturbance;
    if (view === 'unknown') return undefined;
    const parts = [disturbance.stretch(SETTLE), disturbance.stretch(MEASURED)];
    let largestShiftUs = 0;
    for (let second = 0; second < endS; second++) largestShiftUs = Math.max(largestShiftUs, disturbance.shiftOfSecondUs(second));
    const { fillMs } = disturbance.stretch(MEASURED);
    const p50Us = histogramOf([...measured.values()].map(({ sum }) => sum.response)).percentile(0.5);
    const usual = { ...(p50Us === undefined ? {} : { p50Us }), ...(fillMs === undefined ? {} : { fillMs }) };
    return {
      view,
      disturbedSeconds: parts.reduce((sum, { disturbedSeconds }) => sum + disturbedSeconds, 0),
      seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0),
      largestShiftUs: finite(largestShiftUs),
      ...(stopped ? { stopShiftUs: finite(disturbance.shiftOfSecondUs(Math.max(0, Math.ceil(endS) - 1))) } : {}),
      certainOver: Object.fromEntries(
        conditions.map((condition) => {
          const own = [...measured].filter(([, { tool }]) => condition.tool === undefined || tool === condition.tool);
          const ids = new Set(own.map(([id]) => id));
          const sums = own.map(([, { sum }]) => sum);
          const calls = disturbance.calls((cell) => ids.has(cell));
          return [condition.name, certainOver(condition, calls, sums, largestShiftUs, () => usual)];
        }),
      ),
    };
  }
}

/**
 * Calls that are over a condition whatever the machine did. Of a latency limit those that stay above it after each was shortened by its own
 * shift, or, where more calls were slow than are kept one by one, those that stay above it after all were shortened by the largest of any.
 */
function certainOver(
  { kind, limitMs = 0, answered }: SloCondition,
  calls: readonly ShiftedCall[],
  sums: readonly Tally[],
  largestShiftUs: number,
  usualOf: () => { readonly p50Us?: number | null; readonly fillMs?: number },
): number {
  if (kind === 'success') {
    const never = sums.reduce((all, sum) => NEVER_BY_DELAY.reduce((count, name) => count + sum.errorCount(name), all), 0);
    return never + certainFailuresKept(calls, usualOf, histogramOf(sums.map(({ response }) => response)));
  }
  const limitUs = limitMs * 1000;
  const kept = stayingAbove({ calls, covered: answered ? 'answered' : 'successes', limitUs, usualOf });
  if (!Number.isFinite(largestShiftUs)) return kept;
  const all = histogramOf(sums.flatMap(({ response, failedResponse }) => (answered ? [response, failedResponse] : [response])));
  return Math.max(kept, all.countAbove(limitUs + largestShiftUs));
}

function histogramOf(parts: readonly LatencyHistogram[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const part of parts) histogram.add(part);
  return histogram;
}

const finite = (us: number): number | null => (Number.isFinite(us) ? Math.ceil(us) : null);
