import type { Analysis } from '../analysis/analysis.js';
import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import type { MeasuredResult } from '../result/result.js';
import { type Check, type CheckDraft, type Outcome, settled, type Verdict } from '../result/verdict.js';
import { percentText, spanText } from '../text/figure-text.js';
import { judgeBaseline } from './judge-baseline.js';
import { faultTrouble, judgeRecovery } from './judge-faults.js';
import { ALL, judgeSlo } from './judge-slo.js';

/**
 * Judges a run from its analysis alone. Pure. One outcome of four: no data is never a pass, and a check whose outcome the delay of this machine,
 * or load that it withheld, could have made is in doubt (`invalid`), never met and never missed. A miss that is certain beats a doubt elsewhere.
 * Where several exit codes apply the order is 7, then 130 or 143 for a run that the user stopped, 8, 6, 1, 3, 4, 5, 0: faults that stayed, or
 * were not there, come before everything else.
 */
export function judge(analysis: Analysis): Verdict {
  const { result, slo, baseline, recoveryWithinS } = analysis;
  const checks = [
    ...runChecks(analysis),
    ...judgeSlo(slo, analysis),
    ...(recoveryWithinS === undefined ? [] : judgeRecovery(recoveryWithinS, result)),
    ...(baseline === undefined ? [] : judgeBaseline(baseline, analysis)),
  ].map(settled);
  const failed = (source: Check['source']): boolean =>
    checks.some((check) => check.source === source && check.outcome === 'fail');
  const outcome = outcomeOf(checks, result);
  return { outcome, exitCode: exitCodeOf(outcome, result, failed), summary: summaryOf(outcome, checks, result), checks };
}

function outcomeOf(checks: readonly Check[], result: MeasuredResult): Outcome {
  const { run } = result;
  const has = (outcome: Outcome): boolean => checks.some((check) => check.outcome === outcome);
  if (faultTrouble(result) !== undefined) return 'inconclusive';
  if (run.end === 'server-exited') return 'fail';
  if (has('fail')) return 'fail';
  if (has('invalid')) return 'invalid';
  if (has('inconclusive') || run.end !== 'completed' || !has('pass')) return 'inconclusive';
  return 'pass';
}

/** What a miss costs by where its limit comes from; what is asked first stands first. */
const COSTS: Readonly<Record<Check['source'], ExitCode>> = {
  slo: EXIT.sloMissed,
  run: EXIT.sloMissed,
  baseline: EXIT.worseThanBaseline,
  gate: EXIT.worseThanBaseline,
};
const CODES = Object.entries(COSTS) as readonly (readonly [Check['source'], ExitCode])[];

function exitCodeOf(outcome: Outcome, result: MeasuredResult, failed: (source: Check['source']) => boolean): ExitCode {
  const { run } = result;
  if (faultTrouble(result) !== undefined) return EXIT.faultEngine;
  if (run.end === 'interrupted') return EXIT.interrupted;
  if (run.end === 'terminated') return EXIT.terminated;
  if (run.end === 'disk-full') return EXIT.machine;
  if (run.end === 'server-exited') return EXIT.target;
  if (run.end === 'failed') return EXIT.internalError;
  if (outcome === 'invalid' || outcome === 'inconclusive') return EXIT.inconclusive;
  if (outcome === 'pass') return EXIT.pass;
  return CODES.find(([source]) => failed(source))?.[1] ?? EXIT.sloMissed;
}

const ENDINGS: Readonly<
  Record<Exclude<MeasuredResult['run']['end'], 'completed'>, { readonly outcome: CheckDraft['outcome']; readonly words: string }>
> = {
  interrupted: { outcome: 'inconclusive', words: 'stopped with Ctrl-C' },
  terminated: { outcome: 'inconclusive', words: 'stopped by SIGTERM' },
  aborted: { outcome: 'fail', words: 'the abort rule of the scenario stopped the run' },
  'server-exited': { outcome: 'fail', words: 'the server under test exited during the run' },
  'build-lost': { outcome: 'inconclusive', words: 'a build of the gate could not be loaded any more' },
  'disk-full': { outcome: 'inconclusive', words: 'the journal could not be written to its end' },
  failed: { outcome: 'inconclusive', words: 'plimsoll failed during the run' },
  'cut-short': { outcome: 'inconclusive', words: 'the run was cut short: the journal has no end' },
};

/** Of how long a load; nothing where it was over, as in the drain, and for a search, which ends when it knows. */
function plannedText({ result: { run }, timeline, search }: Analysis): string {
  const plannedS = Math.max(0, ...timeline.map(({ endS }) => endS));
  return search === undefined && plannedS > run.durationS ? ` of ${spanText(plannedS)}` : '';
}

/** What the way in which a run ended says about it. */
function runChecks(analysis: Analysis): CheckDraft[] {
  const { result } = analysis;
  const { run } = result;
  const trouble = faultTrouble(result);
  const faults: CheckDraft[] =
    trouble === undefined
      ? []
      : [
          {
            name: 'faults injected',
            source: 'run',
            scope: 'run',
            metric: 'faults',
            outcome: 'inconclusive',
            evidence: `from ${spanText(trouble.atS)} on: ${trouble.text}`,
          },
        ];
  if (run.end === 'completed') return faults;
  const { outcome, words } = ENDINGS[run.end];
  const note = run.notes.find(({ code }) => code === run.end)?.text;
  const evidence =
    run.end === 'interrupted' || run.end === 'terminated'
      ? `${words} after ${spanText(run.durationS)}${plannedText(analysis)}`
      : note === undefined || note === run.end
        ? words
        : `${words}: ${note}`;
  const end = { name: 'run to the end', source: 'run', scope: 'run', metric: 'end' } as const;
  return [
    ...faults,
    analysis.abortInDoubt === true
      ? {
          ...end,
          outcome: 'invalid',
          evidence: `${evidence}; meanwhile this machine delayed calls, which may have made them fail: in doubt`,
        }
      : { ...end, outcome, evidence },
  ];
}

function summaryOf(outcome: Outcome, checks: readonly Check[], { run, totals }: MeasuredResult): string {
  const deciding = checks.filter((check) => check.outcome === outcome);
  const check = run.end === 'completed' ? deciding[0] : (checks.find(({ source }) => source === 'run') ?? deciding[0]);
  const first = check === undefined ? undefined : scoped(check);
  const more = deciding.length > 1 ? ` (and ${deciding.length - 1} more)` : '';
  if (first !== undefined && (run.end === 'interrupted' || run.end === 'terminated')) return first;
  switch (outcome) {
    case 'pass':
      return `${deciding.length === 1 ? 'the only limit was' : `all ${deciding.length} limits were`} met${firstAttempts(totals)}`;
    case 'fail':
      return `${first ?? 'a limit was missed'}${more}`;
    case 'invalid':
      return `too noisy to judge: ${first ?? 'something is in doubt'}${more}`;
    case 'inconclusive':
      return `not enough to judge: ${first ?? 'no limit could be judged'}${more}`;
  }
}

/** A pass that needed retries is told as one: callers without them would have seen something else. */
const firstAttempts = ({ firstAttemptSuccessRate }: MeasuredResult['totals']): string =>
  firstAttemptSuccessRate === undefined
    ? ''
    : `, with retries: ${percentText(firstAttemptSuccessRate)} of the calls succeeded at the first attempt`;

/** A limit is missed somewhere: the evidence of a check with the part of the run that it covers, where that is not all that is judged. */
const scoped = ({ source, scope, metric, evidence }: Check): string =>
  source === 'slo' && metric !== 'recovery' && scope !== ALL ? `${scope}: ${evidence}` : evidence;
