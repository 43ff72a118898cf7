import type { FaultFigures } from '../../result/fault-figures.js';
import type { Slo } from '../../scenario/objective.js';
import type { Segment } from '../../scenario/plan/segment.js';
import { type Book, tallyOf } from '../books.js';
import { missInDoubt } from '../phase-doubt.js';
import { outsideSlo, type WindowSlo } from './inside-slo.js';
import type { RunFacts } from './run-facts.js';
import type { SecondRecord } from './second-record.js';

/** What is looked at of one fault, each with the calls that it is told from. */
export interface DoubtfulParts {
  readonly before: readonly Book[];
  readonly during: readonly Book[];
  readonly others: readonly Book[];
  /** Segments of the phase while the fault is on. */
  readonly segments: readonly Segment[];
  /** Whether the delay of this machine may have put the first second outside the SLO there. */
  readonly detectInDoubt: boolean;
  readonly recoveryInDoubt: boolean;
}

/** Figures of a fault that the delay of this machine, or load that it withheld, may have made; by the plain SLO, which they are held against. */
export function doubtfulFigures(parts: DoubtfulParts, slo: Slo, run: RunFacts): NonNullable<FaultFigures['inDoubt']> {
  const missed = (books: readonly Book[]): boolean => {
    const ids = new Set(books.map(({ cell }) => cell.id));
    return missInDoubt(slo, tallyOf(books), () => run.calls.of(({ id }) => ids.has(id)).shifts);
  };
  const withheld = parts.segments.some((segment) => run.calls.withheldOf(segment).length > 0);
  const tools = [...new Set(parts.others.map(({ cell }) => cell.tool))];
  return [
    ...(missed(parts.before) ? (['before'] as const) : []),
    ...(withheld || missed(parts.during) ? (['during'] as const) : []),
    ...(parts.detectInDoubt ? (['detect'] as const) : []),
    ...(parts.recoveryInDoubt ? (['recovery'] as const) : []),
    ...(tools.some((tool) => missed(parts.others.filter(({ cell }) => cell.tool === tool))) ? (['bystanders'] as const) : []),
  ];
}

/** A shift by which calls that hang are still half of those due in a second, microseconds: it holds up a quarter of them. */
const HARDLY_HELD_US = 250_000;

/**
 * Whether the delay of this machine may have put a second outside the SLO: it lies inside with the failures and slow calls alone that no delay can
 * have made. Where nothing tells, nothing is said.
 */
export function isSecondInDoubt(
  { noise, calls }: Pick<RunFacts, 'noise' | 'calls'>,
  record: SecondRecord,
  slo: WindowSlo,
  second: number,
  segment: Segment | undefined,
): boolean {
  if (!calls.ended.isDisturbed(second)) return false;
  const { offered, ok, bad, unanswered, inFlight } = record.window(second, second + 1);
  const standing = calls.ended.failuresStanding(second, { due: offered, failed: bad, unanswered }, segment?.id ?? -1);
  const undelayed = {
    // Calls due of which half did not end are outside too.
    offered: noise.shiftOfSecondUs(second) <= HARDLY_HELD_US ? offered : 0,
    ok: ok + bad - standing,
    bad: standing,
    // Those are among the calls over each limit.
    unanswered: 0,
    inFlight,
    over: slo.limits.map(({ limitUs, answered }) =>
      calls.ended.staysAbove(second, limitUs, answered === true ? 'answered' : 'successes'),
    ),
  };
  return outsideSlo(undelayed, slo) === undefined;
}
