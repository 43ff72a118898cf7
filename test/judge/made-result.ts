import { analyse } from '../../src/analysis/analyse.js';
import type { Analysis } from '../../src/analysis/analysis.js';
import type { EndEntry, JournalEntry } from '../../src/journal/journal-entry.js';
import type { StartEntry } from '../../src/journal/start-entry.js';
import type { Slo } from '../../src/scenario/objective.js';
import type { OutcomeClass } from '../../src/scenario/outcome.js';
import type { SegmentKind } from '../../src/scenario/plan/segment.js';
import { journalOf, type MadeCall, startEntry, timelineOf } from '../analysis/made-journal.js';

export const SECONDS = 10;

/** So many calls with this ending and response time in one segment, evenly over its time. */
export interface Batch {
  readonly calls: number;
  readonly responseMs?: number;
  readonly outcome?: OutcomeClass;
  readonly tool?: string;
  readonly segment?: number;
  readonly latenessUs?: number;
}

export interface MadeRun {
  readonly slo?: Partial<Slo>;
  readonly batches: readonly Batch[];
  readonly phases?: readonly { readonly name: string; readonly kind: SegmentKind }[];
  readonly start?: Partial<StartEntry>;
  readonly end?: EndEntry['reason'] | 'cut-short';
  /** When it ended, in seconds; at the end of the last phase by default. */
  readonly endS?: number;
  readonly extra?: readonly JournalEntry[];
  /** With delays, and slow calls above so many microseconds one by one: as a journal that tells of noise. */
  readonly keepAboveUs?: number;
}

/** Analysis of a run of phases of 10 s each (`steady` alone by default). */
export function madeRun(run: MadeRun): Analysis {
  const phases = run.phases ?? [{ name: 'steady', kind: 'steady' as const }];
  const timeline = timelineOf(phases.map((phase) => ({ ...phase, forS: SECONDS })));
  const calls = run.batches.flatMap(
    ({ calls: count, responseMs = 10, outcome = 'ok', tool = 'search', segment = 0, latenessUs = 0 }) =>
      Array.from(
        { length: count },
        (_, i): MadeCall => ({
          tool,
          endpoint: 'a',
          segment,
          dueS: segment * SECONDS + (i * SECONDS) / count,
          latenessUs,
          serviceUs: Math.round(responseMs * 1000) - latenessUs,
          outcome,
        }),
      ),
  );
  const slo: Slo = { declared: true, tools: {}, during: {}, ...run.slo };
  const end = run.end ?? 'completed';
  const start = startEntry(timeline, { slo, ...run.start });
  const last: JournalEntry[] =
    end === 'cut-short' ? [] : [{ type: 'end', t: run.endS ?? timeline.length * SECONDS, reason: end }];
  return analyse([
    ...journalOf(start, calls, run.keepAboveUs === undefined ? {} : { keepAboveUs: run.keepAboveUs }),
    ...(run.extra ?? []),
    ...last,
  ]);
}
