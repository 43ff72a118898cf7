import type { Analysis } from '../analysis/analysis.js';
import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import type { MeasuredResult } from '../result/result.js';
import type { Check, Outcome, Verdict } from '../result/verdict.js';
import { percentText, spanText } from '../text/figure-text.js';
import { judgeBaseline } from './judge-baseline.js';
import { faultTrouble, judgeRecovery } from './judge-faults.js';
import { ALL, judgeSlo } from './judge-slo.js';

/** What a verdict needs of an analysis. */
export type Judged = Pick<Analysis, 'result' | 'slo' | 'baseline' | 'recoveryWithinS'>;

/**
 * Judges a run from its analysis alone. Pure. One outcome of four: no data is never a pass, and a run that the generator limited is invalid,
 * never slow. Where several exit codes apply the order is 7, then 130 or 143 for a run that the user stopped, 8, 6, 5 (invalid), 3,
 * 4, 5 (inconclusive), 0: faults that stayed, or were not there, come before everything else.
 */
export function judge({ result, slo, baseline, recoveryWithinS }: Judged): Verdict {
  const checks = [
    ...runChecks(result),
    ...result.validity.reasons.map(
      (reason): Check => ({
        name: 'validity',
        source: 'validity',
        scope: 'run',
        metric: 'generator',
        outcome: 'invalid',
        evidence: reason,
      }),
    ),
    ...judgeSlo(slo, result),
    ...(recoveryWithinS === undefined ? [] : judgeRecovery(recoveryWithinS, result)),
    ...(baseline === undefined ? [] : judgeBaseline(baseline, result)),
  ];
  const failed = (source: Check['source']): boolean =>
    checks.some((check) => check.source === source && check.outcome === 'fail');
  const outcome = outcomeOf(checks, result);
  return { outcome, exitCode: exitCodeOf(outcome, result, failed), summary: summaryOf(outcome, checks, result), checks };
}

function outcomeOf(checks: readonly Check[], result: MeasuredResult): Outcome {
  const { run, validity } = result;
  const has = (outcome: Outcome): boolean => checks.some((check) => check.outcome === outcome);
  if (faultTrouble(result) !== undefined) return 'inconclusive';
  if (run.end === 'server-exited') return 'fail';
  if (!validity.valid) return 'invalid';
  if (has('fail')) return 'fail';
  if (has('inconclusive') || run.end !== 'completed' || !has('pass')) return 'inconclusive';
  return 'pass';
}

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
  return failed('slo') || failed('run') ? EXIT.sloMissed : EXIT.worseThanBaseline;
}

const ENDINGS: Readonly<
  Record<Exclude<MeasuredResult['run']['end'], 'completed'>, { readonly outcome: Check['outcome']; readonly words: string }>
> = {
  interrupted: { outcome: 'inconclusive', words: 'stopped with Ctrl-C' },
  terminated: { outcome: 'inconclusive', words: 'stopped by SIGTERM' },
  aborted: { outcome: 'fail', words: 'the abort rule of the scenario stopped the run' },
  'server-exited': { outcome: 'fail', words: 'the server under test exited during the run' },
  'disk-full': { outcome: 'inconclusive', words: 'the journal could not be written to its end' },
  failed: { outcome: 'inconclusive', words: 'plimsoll failed during the run' },
  'cut-short': { outcome: 'inconclusive', words: 'the run was cut short: the journal has no end' },
};

/** What the way in which a run ended says about it. */
function runChecks(result: MeasuredResult): Check[] {
  const { run } = result;
  const trouble = faultTrouble(result);
  const faults: Check[] =
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
      ? `${words} after ${spanText(run.durationS)}`
      : note === undefined || note === run.end
        ? words
        : `${words}: ${note}`;
  return [...faults, { name: 'run to the end', source: 'run', scope: 'run', metric: 'end', outcome, evidence }];
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
      return `too noisy to judge: ${first ?? 'the load generator was the limit'}${more}`;
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
