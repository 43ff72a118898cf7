import { LatencyHistogram } from '../journal/latency-histogram.js';
import type { CellEntry } from '../journal/second-entry.js';
import type { Segment } from '../scenario/plan/segment.js';
import { countText, percentText } from '../text/figure-text.js';
import { type Book, tallyOf } from './books.js';
import { CallShifts, type StretchCalls } from './call-shifts.js';
import type { UsualOfStretch } from './noise/certain-failure.js';
import type { Disturbance, ShiftedCall } from './noise/disturbance.js';
import { EndedCalls, type StretchCourse } from './noise/ended-calls.js';
import { WITHHELD_ALLOWED } from './noise/stretch.js';
import type { Tally } from './tally.js';

/** Share of its starts that a phase has to make. */
const STARTS_MADE = 0.99;

/** The calls that a check covers, and what this machine did to them. */
export interface ScopedCalls {
  readonly shifts: CallShifts;
  /** Starts given up because the generator was late. */
  readonly givenUp: number;
  /** Why the load was lighter than planned, a sentence for each phase; while it is, nothing passes. */
  readonly withheld: readonly string[];
  /** Successes that closed users would have had but for the delay, at most. */
  readonly owed: number;
}

/** What calls are made from, whatever measured them. */
export interface CallFacts {
  readonly books: readonly Book[];
  readonly timeline: readonly Segment[];
  readonly noise: Disturbance;
  readonly timeoutMs: number;
  /** Calls due in a second, over all cells. */
  readonly dueIn: (second: number) => number;
  /** Calls that this machine had no descriptor or port for, over the whole run. */
  readonly neverLeft: number;
  /** Seconds from the start of the first phase to the end of arrivals. */
  readonly loadEndedS: number;
}

interface StretchFacts {
  readonly segment: Segment;
  readonly usual: UsualOfStretch;
  readonly successes: LatencyHistogram;
  readonly seconds: StretchCalls['seconds'];
  readonly steps: StretchCalls['steps'];
  readonly withheld: readonly string[];
  /** Share of the time of a closed stretch that was lost to the delay. */
  readonly lostShare: number;
}

/** Every call of a run, to be asked for by what a check covers. */
export class RunCalls {
  readonly #facts: CallFacts;
  readonly #stretches = new Map<number, StretchFacts>();

  /** The same by the second in which they ended. */
  readonly ended: EndedCalls;

  constructor(facts: CallFacts) {
    this.#facts = facts;
    this.ended = new EndedCalls(facts.noise, (id) => this.#courseOf(id));
  }

  /** The calls of some cells: of a tool, of a tenant, of segments. */
  of(wanted: (cell: CellEntry) => boolean): ScopedCalls {
    const { books, timeline, noise, timeoutMs } = this.#facts;
    const own = books.filter(({ cell }) => wanted(cell));
    const segmentOf = new Map(own.map(({ cell }) => [cell.id, cell.segment]));
    const callsOf = new Map<number, ShiftedCall[]>();
    for (const call of noise.calls((cell) => segmentOf.has(cell))) {
      const segment = segmentOf.get(call.cell) as number;
      const calls = callsOf.get(segment);
      if (calls === undefined) callsOf.set(segment, [call]);
      else calls.push(call);
    }
    const stretches = timeline
      .filter(({ id }) => own.some(({ cell }) => cell.segment === id))
      .map((segment) => ({ ...this.#stretch(segment), tally: tallyOf(own.filter(({ cell }) => cell.segment === segment.id)) }));
    return {
      shifts: new CallShifts(
        stretches.map(({ segment, usual, seconds, steps, tally }) => ({
          tally,
          calls: callsOf.get(segment.id) ?? [],
          seconds,
          steps,
          usual,
          timeoutUs: timeoutMs * 1000,
          neverLeft: this.#facts.neverLeft,
        })),
      ),
      givenUp: stretches.reduce((sum, { tally }) => sum + tally.count('droppedByGenerator'), 0),
      withheld: stretches.flatMap(({ withheld }) => withheld),
      owed: stretches.reduce((sum, { tally, lostShare }) => sum + (tally.count('ok') * lostShare) / (1 - lostShare), 0),
    };
  }

  /** Why the load of a segment was lighter than planned; empty where it was not. */
  withheldOf(segment: Segment): readonly string[] {
    return this.#stretch(segment).withheld;
  }

  #courseOf(id: number): StretchCourse {
    const segment = this.#facts.timeline.find((own) => own.id === id);
    if (segment === undefined) return { successes: new LatencyHistogram() };
    const { usual, successes } = this.#stretch(segment);
    return { ...usual, successes };
  }

  #stretch(segment: Segment): StretchFacts {
    const known = this.#stretches.get(segment.id);
    if (known !== undefined) return known;
    const { books, noise, loadEndedS, dueIn } = this.#facts;
    const all = tallyOf(books.filter(({ cell }) => cell.segment === segment.id));
    const offered = all.count('offered');
    const endS = Math.min(segment.endS, loadEndedS);
    const lengthS = Math.max(0, endS - segment.startS);
    const told = segment.kind === 'edge' ? undefined : noise.stretch(segment.id);
    const seconds: { shiftUs: number; due: number }[] = [];
    if (noise.view === 'unknown') {
      // The journal holds no delays: each call gets the benefit of the latest start.
      seconds.push({ shiftUs: told?.largestLatenessUs ?? 0, due: Math.max(0, offered) });
    } else {
      // Calls of an edge were due in the segment that it was taken from.
      for (let t = Math.floor(segment.startS); t < Math.max(endS, segment.startS + 1); t++)
        seconds.push({ shiftUs: noise.shiftOfSecondUs(t), due: dueIn(t) });
    }
    const steps = (): StretchCalls['seconds'] =>
      seconds.flatMap(({ shiftUs, due }, at) => {
        const fine = noise.shiftsInSecondUs(Math.floor(segment.startS) + at);
        return fine.length === 0 ? [{ shiftUs, due }] : fine.map((us) => ({ shiftUs: us, due: due / fine.length }));
      });
    const facts: StretchFacts = {
      segment,
      usual: {
        p50Us: all.response.percentile(0.5) ?? null,
        ...(told?.fillMs === undefined ? {} : { fillMs: told.fillMs }),
        ...(told === undefined || noise.view === 'unknown' || !(lengthS > 0)
          ? {}
          : { delayShare: told.delayMs / 1000 / lengthS }),
      },
      successes: all.response,
      seconds,
      steps,
      withheld: this.#withheld(segment, all, told?.withheldShare),
      lostShare:
        segment.kind !== 'closed' || told === undefined || lengthS === 0
          ? 0
          : Math.min(0.99, told.delayMs / 1000 / lengthS + (told.withheldShare ?? 0)),
    };
    this.#stretches.set(segment.id, facts);
    return facts;
  }

  #withheld({ name }: Segment, all: Tally, share: number | undefined): readonly string[] {
    const offered = all.count('offered');
    const lost = all.count('droppedByGenerator') + Math.min(this.#facts.neverLeft, all.errorCount('connect-failed'));
    return [
      ...(offered > 0 && lost > (1 - STARTS_MADE) * offered
        ? [`only ${percentText(1 - lost / offered)} of ${countText(offered, 'start')} of ${name} were made`]
        : []),
      ...(share !== undefined && share > WITHHELD_ALLOWED
        ? [`plimsoll kept its users of ${name} waiting for ${percentText(share)} of the time`]
        : []),
    ];
  }
}
