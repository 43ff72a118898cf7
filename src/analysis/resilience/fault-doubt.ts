import type { FaultFigures } from '../../result/fault-figures.js';
import type { Slo } from '../../scenario/objective.js';
import type { Segment } from '../../scenario/plan/segment.js';
import type { Book } from '../books.js';
import { SLIGHT_MS } from '../noise/disturbance.js';
import { missInDoubt } from '../phase-doubt.js';
import { Tally } from '../tally.js';
import type { RunFacts } from './run-facts.js';

/** What is looked at of one fault, each with the calls that it is told from. */
export interface DoubtfulParts {
  readonly before: readonly Book[];
  readonly during: readonly Book[];
  readonly others: readonly Book[];
  /** Segments of the phase while the fault is on. */
  readonly segments: readonly Segment[];
  /** Second whose calls were the first outside the SLO. */
  readonly detectedIn: number | undefined;
  readonly recoveryInDoubt: boolean;
}

/** Figures of a fault that the delay of this machine, or load that it withheld, may have made; by the plain SLO, which they are held against. */
export function doubtfulFigures(parts: DoubtfulParts, slo: Slo, run: RunFacts): NonNullable<FaultFigures['inDoubt']> {
  const missed = (books: readonly Book[]): boolean => {
    const tally = new Tally();
    for (const book of books) tally.add(book.tally);
    const ids = new Set(books.map(({ cell }) => cell.id));
    return missInDoubt(slo, tally, () => run.calls.of(({ id }) => ids.has(id)).shifts);
  };
  const withheld = parts.segments.some((segment) => run.calls.withheldOf(segment).length > 0);
  const tools = [...new Set(parts.others.map(({ cell }) => cell.tool))];
  return [
    ...(missed(parts.before) ? (['before'] as const) : []),
    ...(withheld || missed(parts.during) ? (['during'] as const) : []),
    ...(parts.detectedIn !== undefined && isDisturbed(run, parts.detectedIn) ? (['detect'] as const) : []),
    ...(parts.recoveryInDoubt ? (['recovery'] as const) : []),
    ...(tools.some((tool) => missed(parts.others.filter(({ cell }) => cell.tool === tool))) ? (['bystanders'] as const) : []),
  ];
}

/** Whether a call due in a second can have been shifted by more than 10 ms. Where nothing tells, nothing is said. */
export function isDisturbed({ noise }: Pick<RunFacts, 'noise'>, second: number): boolean {
  const shiftUs = noise.shiftOfSecondUs(second);
  return Number.isFinite(shiftUs) && shiftUs > SLIGHT_MS * 1000;
}
