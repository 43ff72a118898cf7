import type { Bystander } from '../../result/fault-figures.js';
import type { Book } from '../books.js';
import { Tally } from '../tally.js';
import { outsideSlo, type WindowSlo } from './inside-slo.js';

/** Tools that do not use the dependency, before and during a fault: what a fault reaches beyond its dependency is its blast radius. */
export function bystandersOf(before: readonly Book[], during: readonly Book[], slo: WindowSlo): readonly Bystander[] {
  const names = [...new Set(during.map(({ cell }) => cell.tool))].sort();
  return names.map((tool) => {
    const was = tallyOf(before, tool);
    const is = tallyOf(during, tool);
    const healthy = was.count('offered') === 0 || outside(was, slo) === undefined;
    return {
      tool,
      ...(was.count('offered') === 0 ? {} : { before: figuresOf(was) }),
      during: figuresOf(is),
      touched: healthy && outside(is, slo) !== undefined,
    };
  });
}

function tallyOf(books: readonly Book[], tool: string): Tally {
  const tally = new Tally();
  for (const book of books) if (book.cell.tool === tool) tally.add(book.tally);
  return tally;
}

function figuresOf(tally: Tally): Bystander['during'] {
  const { counts, latencyUs } = tally.figures(undefined);
  return {
    calls: counts.offered,
    ...(counts.successRate === undefined ? {} : { successRate: counts.successRate }),
    ...(latencyUs.response.p95 === undefined ? {} : { p95: latencyUs.response.p95 }),
  };
}

/** Why the calls of a tally, as one window, lie outside the SLO. */
export function outside(tally: Tally, slo: WindowSlo): string | undefined {
  const { counts } = tally.figures(undefined);
  const accountable = counts.offered - counts.droppedByGenerator;
  return outsideSlo(
    {
      offered: accountable,
      ok: counts.ok,
      bad: Math.max(0, accountable - counts.ok),
      unanswered: tally.unanswered,
      inFlight: 0,
      over: slo.limits.map(
        ({ limitUs, answered }) => tally.response.countAbove(limitUs) + (answered ? tally.failedResponse.countAbove(limitUs) : 0),
      ),
    },
    slo,
  );
}
