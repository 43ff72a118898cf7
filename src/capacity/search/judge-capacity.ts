import { EXIT, type ExitCode } from '../../errors/exit-codes.js';
import { faultTrouble } from '../../judge/judge-faults.js';
import type { CapacityAnswer, CapacityFigures } from '../../result/capacity-figures.js';
import type { MeasuredResult } from '../../result/result.js';
import { type CheckDraft, type Outcome, settled, type Verdict } from '../../result/verdict.js';
import { drivenBy } from '../../sizing/sizing-words.js';
import { countText } from '../../text/figure-text.js';

/**
 * The verdict on a capacity search. The healthy search decides, or the first one where none was asked for: what is left under a fault is
 * a figure, not a failure. A plan that does not fit fails. Confirmed passes; a target that no rate suits, or that does not come back, fails; everything that was not
 * shown is inconclusive. Pure.
 */
export function judgeCapacity(result: Pick<MeasuredResult, 'run' | 'faults'>, capacity: CapacityFigures): Verdict {
  const { run } = result;
  const answers = [...(capacity.healthy === undefined ? [] : [capacity.healthy]), ...capacity.underFaults];
  const [deciding] = answers;
  const trouble = faultTrouble(result);
  const { sizing } = capacity;
  const doesNotFit = sizing?.instances === null ? (sizing.doesNotFit?.summary ?? 'no number of instances is enough') : undefined;
  const outcome: Outcome =
    trouble !== undefined
      ? 'inconclusive'
      : run.end === 'server-exited' || doesNotFit !== undefined
        ? 'fail'
        : deciding === undefined
          ? 'inconclusive'
          : OUTCOMES[deciding.ending];
  const answered = deciding?.summary ?? 'nothing was measured';
  return {
    outcome,
    exitCode: exitCodeOf(run.end, trouble !== undefined, outcome),
    summary: trouble?.text ?? endText(run) ?? (doesNotFit === undefined ? answered : `the plan ${doesNotFit}; ${answered}`),
    checks: [
      ...answers.map(
        (answer, index): CheckDraft => ({
          name: answer.under === 'none' ? 'healthy capacity' : `capacity under ${answer.under}`,
          source: 'slo',
          scope: answer.under === 'none' ? 'healthy' : answer.under,
          metric: 'capacity',
          ...(answer.interval.confirmedPass === undefined ? {} : { actual: answer.interval.confirmedPass, unit: '1/s' }),
          outcome: index === 0 || OUTCOMES[answer.ending] === 'pass' ? OUTCOMES[answer.ending] : 'not-applicable',
          evidence: answer.summary,
        }),
      ),
      ...planChecks(capacity),
    ].map(settled),
  };
}

/** Whether the planned traffic fits at all; nothing where it was not sized. */
function planChecks({ sizing, healthy }: CapacityFigures): readonly CheckDraft[] {
  if (sizing === undefined) return [];
  const source = sizing.inputs.find(({ name }) => name === 'measured.confirmed')?.source;
  const sure = source === 'given' || healthy?.interval.confirmedPass !== undefined;
  const { instances, doesNotFit } = sizing;
  return [
    {
      name: 'instances for the plan',
      source: 'slo',
      scope: 'plan',
      metric: 'instances',
      ...(doesNotFit?.allowed === undefined ? {} : { limit: doesNotFit.allowed }),
      ...(instances === null
        ? doesNotFit?.needed === undefined
          ? {}
          : { actual: doesNotFit.needed, unit: 'count' }
        : { actual: instances, unit: 'count' }),
      outcome: instances === null ? 'fail' : sure ? 'pass' : 'inconclusive',
      evidence:
        instances === null
          ? [doesNotFit?.summary ?? 'no number of instances is enough', ...(doesNotFit?.remedies ?? [])].join('; ')
          : `${countText(instances, 'instance')}; driven by ${drivenBy(sizing.binding, sizing.question)}`,
    },
  ];
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
