import type { RunCalls } from '../analysis/run-calls.js';
import type { CellEntry } from '../journal/second-entry.js';
import type { MeasuredResult } from '../result/result.js';
import type { CheckDraft } from '../result/verdict.js';
import type { Slo } from '../scenario/objective.js';
import type { Segment } from '../scenario/plan/segment.js';
import { isJudged } from '../scenario/plan/segment-lookup.js';
import { type Judged, judgeLimits } from './judge-limits.js';

/** Judges the plain SLO over steady, ramp, burst and closed together, then its limits by tool and by tenant, then `during` by kind or phase name. */
export function judgeSlo(slo: Slo, { result: { groups }, timeline, calls }: JudgedCalls): CheckDraft[] {
  const judgedOf = (
    figures: Judged['figures'] | undefined,
    scope: string,
    segments: (segment: Segment) => boolean,
    own: (cell: CellEntry) => boolean = () => true,
  ): Judged | undefined => {
    if (figures === undefined) return undefined;
    const ids = new Set(timeline.filter(segments).map(({ id }) => id));
    return { figures, scope, calls: calls.of((cell) => ids.has(cell.segment) && own(cell)) };
  };
  const judged = groups.find(({ by }) => by === 'judged');
  const checks = judgeLimits(slo, judgedOf(judged, ALL, isJudged), ALL);
  for (const [tool, limits] of Object.entries(slo.tools)) {
    const scope = `tool ${tool}`;
    checks.push(
      ...judgeLimits(
        limits,
        judgedOf(
          judged?.tools.find((figures) => figures.tool === tool),
          scope,
          isJudged,
          (cell) => cell.tool === tool,
        ),
        scope,
      ),
    );
  }
  for (const [tenant, limits] of Object.entries(slo.tenants ?? {})) {
    const scope = `tenant ${tenant}`;
    const figures = judged?.tenants?.find((own) => own.tenant === tenant);
    checks.push(
      ...judgeLimits(
        limits,
        judgedOf(figures, scope, isJudged, (cell) => cell.tenant === tenant),
        scope,
      ),
    );
  }
  for (const [name, limits] of Object.entries(slo.during)) {
    // A name may be both, as `burst` often is: a phase that the user named goes before the kind that we derived.
    const group =
      groups.find((g) => g.by === 'phase' && g.name === name) ?? groups.find((g) => g.by === 'kind' && g.name === name);
    const scope = group?.by === 'kind' ? kindScope(name) : `phase ${name}`;
    // As the group was made: a fault inside a phase is judged by its kind.
    const covers = ({ kind, phase }: Segment): boolean =>
      group?.by === 'kind' ? kind === name : phase === name && (isJudged({ kind }) || kind === 'warm-up');
    checks.push(...judgeLimits(limits, judgedOf(group, scope, covers), scope));
  }
  return checks;
}

/** What limits are judged on: the figures, and the calls behind them. */
export interface JudgedCalls {
  readonly result: Pick<MeasuredResult, 'groups'>;
  readonly timeline: readonly Segment[];
  readonly calls: RunCalls;
}

/** Steady, ramp, burst and closed together. */
export const ALL = 'normal load';

const KIND_SCOPES: Readonly<Record<string, string>> = {
  'warm-up': 'warm-up',
  steady: 'steady load',
  ramp: 'ramps',
  burst: 'bursts',
  closed: 'closed phases',
  fault: 'during faults',
  recovery: 'after faults',
};

/** All phases of a kind, in words. */
export const kindScope = (kind: string): string => KIND_SCOPES[kind] ?? `${kind} phases`;
