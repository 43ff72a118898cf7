import type { GatePairs } from '../analysis/analysis.js';
import { Tally } from '../analysis/tally.js';
import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import type { PairBuild } from '../journal/pair-entry.js';
import { judgeSlo } from '../judge/judge-slo.js';
import type { GateFigures, GateMetricFigures } from '../result/gate-figures.js';
import type { GroupFigures } from '../result/phase-figures.js';
import type { MeasuredResult } from '../result/result.js';
import type { Check, Outcome, Verdict } from '../result/verdict.js';
import type { Slo } from '../scenario/objective.js';
import { countText } from '../text/figure-text.js';
import { tallyOf } from './figures-of-pair.js';
import { countedPairs } from './gate-figures.js';
import { changeText, metricText } from './gate-words.js';

/**
 * The verdict of a gate. Worse is exit code 4, as is a contract that must not differ and a candidate that died where the baseline did not; a
 * candidate that misses an SLO which the baseline meets is 3. Both missing it is the baseline's affair: a warning, the ratios are still judged. Pure.
 */
export function judgeGate(result: Pick<MeasuredResult, 'run'>, figures: GateFigures, { pairs }: GatePairs, slo: Slo): Verdict {
  const counted = countedPairs(pairs);
  const missed = (build: 'baseline' | 'candidate'): readonly Check[] =>
    judgeSlo(slo, { groups: [groupOf(counted.map((pair) => pair[build]))] }).filter(({ outcome }) => outcome === 'fail');
  const [missedBefore, missedNow] = [missed('baseline'), missed('candidate')];
  const died = {
    baseline: pairs.filter(({ baseline }) => baseline.died !== undefined).length,
    candidate: pairs.filter(({ candidate }) => candidate.died !== undefined).length,
  };
  const checks: readonly Check[] = [
    ...figures.metrics.map((metric) => metricCheck(metric, figures)),
    ...contractChecks(figures),
    ...deathChecks(died, pairs.length),
    ...(missedBefore.length > 0
      ? missedBefore.map((check): Check => ({ ...check, name: `baseline build: ${check.name}`, outcome: 'not-applicable' }))
      : missedNow),
  ];
  const { end } = result.run;
  const outcome: Outcome =
    end === 'completed' && checks.some((check) => check.outcome === 'fail')
      ? 'fail'
      : end === 'completed' && figures.decision === 'pass'
        ? 'pass'
        : 'inconclusive';
  const missesSlo = checks.some((check) => check.source === 'slo' && check.outcome === 'fail');
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

function metricCheck(metric: GateMetricFigures, figures: GateFigures): Check {
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
  } as Check;
}

const OUTCOMES: Readonly<Record<GateMetricFigures['outcome'], Check['outcome']>> = {
  worse: 'fail',
  'not-worse': 'pass',
  open: 'inconclusive',
  'not-judged': 'not-applicable',
};

function contractChecks({ contract: { rule, changes } }: GateFigures): readonly Check[] {
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
    } as Check,
  ];
}

function deathChecks(died: { readonly baseline: number; readonly candidate: number }, pairs: number): readonly Check[] {
  if (died.candidate === 0 && died.baseline === 0) return [];
  const evidence = `the candidate ended by itself in ${died.candidate} of ${countText(pairs, 'pair')}, the baseline in ${died.baseline}`;
  return [
    {
      name: 'gate: stays up',
      source: 'gate',
      scope: 'candidate against baseline',
      metric: 'died',
      outcome: died.baseline === 0 ? 'fail' : 'not-applicable',
      evidence,
    } as Check,
  ];
}

/** The counted calls of a build over all pairs, as a group that the SLO can be asked about. */
function groupOf(builds: readonly PairBuild[]): GroupFigures {
  const names = [...new Set(builds.flatMap(({ cells }) => cells.map(({ tool }) => tool)))];
  const withHistograms = (tool?: string) => {
    const sum = new Tally();
    for (const build of builds) sum.add(tallyOf(build, tool));
    const { responseInterval: response, failedResponseInterval: failedResponse } = sum;
    return {
      ...sum.figures(undefined),
      ...(response === undefined ? {} : { response }),
      ...(failedResponse === undefined ? {} : { failedResponse }),
    };
  };
  return {
    by: 'judged',
    name: 'judged',
    seconds: 0,
    ...withHistograms(),
    tools: names.map((tool) => ({ tool, ...withHistograms(tool) })),
  };
}
