import { EXIT, type ExitCode } from '../errors/exit-codes.js';
import { faultTrouble } from '../judge/judge-faults.js';
import type { MeasuredResult } from '../measure/result.js';
import type { Check, Outcome, Verdict } from '../measure/verdict.js';
import type { CapacityAnswer, CapacityFigures } from './capacity-figures.js';

/**
 * The verdict on a capacity search. The healthy search decides, or the first one where none was asked for: what is left under a fault is
 * a figure, not a failure. Confirmed passes; a target that no rate suits, or that does not come back, fails; everything that was not
 * shown is inconclusive. Pure.
 */
export function judgeCapacity(result: Pick<MeasuredResult, 'run' | 'faults'>, capacity: CapacityFigures): Verdict {
  const { run } = result;
  const answers = [...(capacity.healthy === undefined ? [] : [capacity.healthy]), ...capacity.underFaults];
  const [deciding] = answers;
  const trouble = faultTrouble(result);
  const outcome: Outcome =
    trouble !== undefined
      ? 'inconclusive'
      : run.end === 'server-exited'
        ? 'fail'
        : deciding === undefined
          ? 'inconclusive'
          : OUTCOMES[deciding.ending];
  return {
    outcome,
    exitCode: exitCodeOf(run.end, trouble !== undefined, outcome),
    summary: trouble?.text ?? endText(run) ?? deciding?.summary ?? 'nothing was measured',
    checks: answers.map(
      (answer, index): Check => ({
        name: `capacity under ${answer.under}`,
        source: 'slo',
        scope: answer.under === 'none' ? 'healthy' : answer.under,
        metric: 'capacity',
        ...(answer.interval.confirmedPass === undefined ? {} : { actual: answer.interval.confirmedPass, unit: '1/s' }),
        outcome: index === 0 || OUTCOMES[answer.ending] === 'pass' ? OUTCOMES[answer.ending] : 'not-applicable',
        evidence: answer.summary,
      }),
    ),
  };
}

const OUTCOMES: Readonly<Record<CapacityAnswer['ending'], Outcome>> = {
  confirmed: 'pass',
  'at-least': 'inconclusive',
  'nothing-passes': 'fail',
  unconfirmed: 'inconclusive',
  invalid: 'invalid',
  interrupted: 'inconclusive',
  'degraded-for-good': 'fail',
};

function endText({ end, notes }: MeasuredResult['run']): string | undefined {
  return end === 'server-exited' ? notes.find(({ code }) => code === end)?.text : undefined;
}

function exitCodeOf(end: MeasuredResult['run']['end'], trouble: boolean, outcome: Outcome): ExitCode {
  if (trouble) return EXIT.faultEngine;
  switch (end) {
    case 'interrupted':
      return EXIT.interrupted;
    case 'terminated':
      return EXIT.terminated;
    case 'disk-full':
      return EXIT.machine;
    case 'server-exited':
      return EXIT.target;
    case 'failed':
      return EXIT.internalError;
    default:
      return outcome === 'pass' ? EXIT.pass : outcome === 'fail' ? EXIT.sloMissed : EXIT.inconclusive;
  }
}
