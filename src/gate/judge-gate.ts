import type { GatePairs } from '../analysis/analysis.js';
import { Tally } from '../analysis/tally.js';
import { conditionsOf, type SloCondition } from '../capacity/search/slo-condition.js';
import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import type { PairBuild } from '../journal/pair-entry.js';
import type { GateFigures, GateMetricFigures } from '../result/gate-figures.js';
import type { MeasuredResult } from '../result/result.js';
import { type Check, type CheckDraft, type Outcome, settled, type Verdict } from '../result/verdict.js';
import type { Slo } from '../scenario/objective.js';
import { allowedAbove, minimumSamples } from '../statistics/minimum-samples.js';
import { countText, numberText } from '../text/figure-text.js';
import { tallyOf } from './figures-of-pair.js';
import { countedPairs } from './gate-figures.js';
import { changeText, metricText } from './gate-words.js';

/**
 * The verdict of a gate. Worse is exit code 4, as is a contract that must not differ and a candidate that died where the baseline did not; a
 * candidate that misses an SLO which the baseline meets is 3. A build that could not be loaded for a later pair ends the gate as it would have ended
 * it before the first. Both missing it is the baseline's affair: a warning, the ratios are still judged. Pure.
 */
export function judgeGate(
  result: Pick<MeasuredResult, 'run'>,
  figures: GateFigures,
  { pairs, lost }: GatePairs,
  slo: Slo,
): Verdict {
  const counted = countedPairs(pairs);
  const missed = (build: 'baseline' | 'candidate'): readonly CheckDraft[] =>
    missedBy(
      slo,
      counted.map((pair) => pair[build]),
    );
  const [missedBefore, missedNow] = [missed('baseline'), missed('candidate')];
  const died = {
    baseline: pairs.filter(({ baseline }) => baseline.died !== undefined).length,
    candidate: pairs.filter(({ candidate }) => candidate.died !== undefined).length,
  };
  const checks: readonly Check[] = [
    ...figures.metrics.map((metric) => metricCheck(metric, figures)),
    ...contractChecks(figures),
    ...deathChecks(died, pairs.length),
    ...lostChecks(lost),
    ...(missedBefore.length > 0
      ? missedBefore.map(
          (check): CheckDraft => ({
            ...check,
            name: check.name.replace('candidate', 'baseline'),
            scope: check.scope.replace('candidate', 'baseline'),
            outcome: 'not-applicable',
            evidence: `the baseline misses it too: ${check.evidence}`,
          }),
        )
      : missedNow),
  ].map(settled);
  const { end } = result.run;
  const outcome: Outcome =
    lost?.exitCode === EXIT.target || (end === 'completed' && checks.some((check) => check.outcome === 'fail'))
      ? 'fail'
      : end === 'completed' && figures.decision === 'pass'
        ? 'pass'
        : 'inconclusive';
  const missesSlo = checks.some((check) => check.source === 'slo' && check.outcome === 'fail');
  if (lost !== undefined) {
    const measured = countText(countedCount(figures), 'pair');
    return { outcome, exitCode: lost.exitCode, summary: `${lost.text} (reported: ${measured} before it)`, checks };
  }
  return { outcome, exitCode: exitCodeOf(end, outcome, missesSlo), summary: summaryOf(figures, checks, outcome), checks };
}

function exitCodeOf(end: MeasuredResult['run']['end'], outcome: Outcome, missesSlo: boolean): ExitCode {
  if (end === 'interrupted') return EXIT.interrupted;
  if (end === 'terminated') return EXIT.terminated;
  if (end === 'disk-full') return EXIT.machine;
  if (end === 'failed') return EXIT.internalError;
  if (outcome === 'pass') return EXIT.pass;
  if (outcome !== 'fail') return EXIT.inconclusive;
  return missesSlo ? EXIT.sloMissed : EXIT.worseThanBaseline;
}

function summaryOf(figures: GateFigures, checks: readonly Check[], outcome: Outcome): string {
  const deciding = checks.filter((check) => check.outcome === outcome);
  if (outcome === 'pass') return `no regression in ${countText(countedCount(figures), 'pair')}`;
  const [first] = deciding;
  const more = deciding.length > 1 ? ` (and ${deciding.length - 1} more)` : '';
  if (outcome === 'fail') return `${first?.evidence ?? 'a metric is worse'}${more}`;
  return first === undefined ? 'not enough pairs to tell' : `not enough to judge: ${first.evidence}${more}`;
}

const countedCount = ({ pairs }: GateFigures): number => pairs.filter(({ discarded }) => discarded === undefined).length;

function metricCheck(metric: GateMetricFigures, figures: GateFigures): CheckDraft {
  const { name, outcome, unit, candidate, baseline } = metric;
  return {
    name: `gate: ${name}`,
    source: 'gate',
    scope: 'candidate against baseline',
    metric: name,
    ...(typeof baseline === 'number' ? { limit: unit === 'us' ? baseline * (1 + metric.margin) : baseline - metric.margin } : {}),
    ...(candidate === undefined ? {} : { actual: candidate }),
    unit,
    outcome: OUTCOMES[outcome],
    evidence: `${metricText(metric)}: ${changeText(metric)} in ${countText(countedCount(figures), 'pair')}${
      figures.unconfirmed.includes(name) ? '; worse at the first look, not confirmed' : ''
    }`,
  };
}

const OUTCOMES: Readonly<Record<GateMetricFigures['outcome'], Check['outcome']>> = {
  worse: 'fail',
  'not-worse': 'pass',
  open: 'inconclusive',
  'not-judged': 'not-applicable',
};

function contractChecks({ contract: { rule, changes } }: GateFigures): readonly CheckDraft[] {
  if (rule === 'ignore' || changes.length === 0) return [];
  const said = changes.map(({ tool, text }) => `${tool}: ${text}`).join('; ');
  return [
    {
      name: 'gate: contract',
      source: 'gate',
      scope: 'tool lists',
      metric: 'contract',
      outcome: rule === 'fail' ? 'fail' : 'not-applicable',
      evidence: `${countText(changes.length, 'tool')} of the candidate ${changes.length === 1 ? 'differs' : 'differ'}: ${said}`,
    },
  ];
}

function deathChecks(died: { readonly baseline: number; readonly candidate: number }, pairs: number): readonly CheckDraft[] {
  if (died.candidate === 0 && died.baseline === 0) return [];
  const evidence = `the candidate exited in ${numberText(died.candidate)} of ${countText(pairs, 'pair')}, the baseline in ${died.baseline}`;
  return [
    {
      name: 'gate: stays up',
      source: 'gate',
      scope: 'candidate against baseline',
      metric: 'died',
      outcome: died.baseline === 0 ? 'fail' : 'not-applicable',
      evidence,
    },
  ];
}

/** What keeps the baseline from being loaded says nothing of the candidate. */
const lostChecks = (lost: GatePairs['lost']): readonly CheckDraft[] =>
  lost === undefined
    ? []
    : [
        {
          name: 'gate: every build starts',
          source: 'gate',
          scope: 'candidate against baseline',
          metric: 'builds',
          outcome: lost.exitCode === EXIT.target ? 'fail' : 'inconclusive',
          evidence: lost.text,
        },
      ];

/** The conditions of an SLO that the counted calls of a build miss, over all pairs. Both builds had the same calls on the same machine. */
function missedBy(slo: Slo, builds: readonly PairBuild[]): readonly CheckDraft[] {
  return conditionsOf(slo).flatMap((condition): readonly CheckDraft[] => {
    const sum = new Tally();
    for (const build of builds) sum.add(tallyOf(build, condition.tool));
    const { due, over } = countOver(sum, condition);
    const allowed = allowedAbove(condition.quantile, Math.max(due, minimumSamples(condition.quantile)));
    if (over <= allowed) return [];
    return [
      {
        name: `SLO of the candidate: ${condition.name}`,
        source: 'slo',
        scope: condition.tool === undefined ? 'candidate' : `candidate, tool ${condition.tool}`,
        metric: condition.name,
        outcome: 'fail',
        evidence: `${condition.name}: ${countText(over, 'call')} of ${numberText(due)} missed it (${numberText(allowed)} allowed)`,
      },
    ];
  });
}

function countOver(sum: Tally, { kind, limitMs = 0, answered }: SloCondition): { readonly due: number; readonly over: number } {
  const due = sum.count('offered') - sum.count('droppedByGenerator') - sum.count('cancelled');
  if (kind === 'success') return { due, over: due - sum.count('ok') };
  const { response, failedResponse, unanswered } = sum;
  const failures = answered === true ? failedResponse : undefined;
  return {
    due: response.count + (failures?.count ?? 0) + unanswered,
    over: response.countAbove(limitMs * 1000) + (failures?.countAbove(limitMs * 1000) ?? 0) + unanswered,
  };
}
