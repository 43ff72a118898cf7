import type { GroupFigures } from '../result/phase-figures.js';
import type { MeasuredResult } from '../result/result.js';
import type { Check } from '../result/verdict.js';
import type { Slo } from '../scenario/objective.js';
import { judgeLimits } from './judge-limits.js';

/** Judges the plain SLO over steady, ramp, burst and closed together, then its limits by tool and by tenant, then `during` by kind or phase name. */
export function judgeSlo(slo: Slo, { groups }: Pick<MeasuredResult, 'groups'>): Check[] {
  const judged = groups.find(({ by }) => by === 'judged');
  const checks = judgeLimits(slo, judgedOf(judged, ALL), ALL);
  for (const [tool, limits] of Object.entries(slo.tools)) {
    const scope = `tool ${tool}`;
    checks.push(
      ...judgeLimits(
        limits,
        judgedOf(
          judged?.tools.find((figures) => figures.tool === tool),
          scope,
        ),
        scope,
      ),
    );
  }
  for (const [tenant, limits] of Object.entries(slo.tenants ?? {})) {
    const scope = `tenant ${tenant}`;
    const figures = judged?.tenants?.find((own) => own.tenant === tenant);
    checks.push(...judgeLimits(limits, judgedOf(figures, scope), scope));
  }
  for (const [name, limits] of Object.entries(slo.during)) {
    // A name may be both, as `burst` often is: a phase that the user named goes before the kind that we derived.
    const group =
      groups.find((g) => g.by === 'phase' && g.name === name) ?? groups.find((g) => g.by === 'kind' && g.name === name);
    const scope = group?.by === 'kind' ? kindScope(name) : `phase ${name}`;
    checks.push(...judgeLimits(limits, judgedOf(group, scope), scope));
  }
  return checks;
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

const judgedOf = <T extends GroupFigures | GroupFigures['tools'][number] | NonNullable<GroupFigures['tenants']>[number]>(
  figures: T | undefined,
  scope: string,
) => (figures === undefined ? undefined : { figures, scope });
