import type { Bystander } from '../../result/fault-figures.js';
import { type Book, tallyOf } from '../books.js';
import type { Tally } from '../tally.js';
import { outsideSlo, type WindowSlo } from './inside-slo.js';

/** Tools that do not use the dependency, before and during a fault: what a fault reaches beyond its dependency is its blast radius. */
export function bystandersOf(before: readonly Book[], during: readonly Book[], slo: WindowSlo): readonly Bystander[] {
  const names = [...new Set(during.map(({ cell }) => cell.tool))].sort();
  return names.map((tool) => {
    const [was, is] = [before, during].map((books) => tallyOf(books.filter(({ cell }) => cell.tool === tool))) as [Tally, Tally];
    const healthy = was.count('offered') === 0 || outside(was, slo) === undefined;
    return {
      tool,
      ...(was.count('offered') === 0 ? {} : { before: figuresOf(was) }),
      during: figuresOf(is),
      touched: healthy && outside(is, slo) !== undefined,
    };
  });
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
