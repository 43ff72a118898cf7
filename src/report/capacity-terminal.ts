import type { CapacityAnswer, CapacityFigures } from '../result/capacity-figures.js';
import type { RecoveryAnswer } from '../result/recovery-figures.js';
import type { SessionFigures } from '../result/result.js';
import { replicaRemark } from '../sizing/replica-remark.js';
import { drivenBy, unfitText, warningLines } from '../sizing/sizing-words.js';
import { ABSENT, countText, factorText, rateText, shareText, spanText } from '../text/figure-text.js';
import { oneLine } from '../text/one-line.js';
import { doubts } from './capacity-caveats.js';
import { verdictMeaning } from './exit-meaning.js';
import type { ReportInput } from './report-input.js';
import { sessionsText, trafficText } from './session-words.js';
import { type TerminalOptions, terminalPaint } from './terminal.js';

/** Most warnings of the sizing that a screen gets; the report holds the rest. */
const MAX_WARNINGS = 4;

/** The end of `plimsoll capacity` on a terminal, line by line: the answer for each search, the law, the sizing. */
export function renderTerminalCapacity(
  { verdict, sessions }: Pick<ReportInput, 'verdict'> & { readonly sessions?: SessionFigures | undefined },
  capacity: CapacityFigures,
  options: TerminalOptions,
): readonly string[] {
  const { paint, verdictLine, table } = terminalPaint(options);
  const { healthy, underFaults, instances, arrivals, law, lawOmitted, sizing, sizingOmitted } = capacity;
  const answers = [...(healthy === undefined ? [] : [healthy]), ...underFaults];
  const rows = [
    ['capacity, calls/s', 'confirmed', 'failed at', 'estimate', 'within', 'lost', 'took'],
    ...answers.map((answer) => answerRow(answer, underFaults.find(({ under }) => under === answer.under)?.lost)),
  ];
  return [
    verdictLine(verdict),
    '',
    ...table(rows),
    ...answers
      .filter((answer) => answer.under !== 'none' || answers.length > 1)
      .map((answer) => `  ${answer.under === 'none' ? 'healthy' : answer.under}: ${oneLine(answer.summary, 300)}`),
    ...answers.flatMap(({ under, worksOn }) =>
      worksOn === undefined ? [] : [`  ${under === 'none' ? 'it' : under} ${oneLine(worksOn.text, 400)}`],
    ),
    ...answers.flatMap((answer) => doubts(answer)).map((remark) => `  ${paint.yellow('!')} ${remark}`),
    ...answers.flatMap((answer) => replicaRemark(answer, instances) ?? []).map((remark) => `  ${paint.yellow('!')} ${remark}`),
    paint.dim(
      `  ${instances === 1 ? 'one instance' : `${instances} instances together`}, ${arrivals} arrivals${healthy === undefined ? '' : `; healthy: ${healthy.label}`}`,
    ),
    ...recoveryLines(capacity.recovery ?? []),
    ...(law === undefined ? [] : ['', `  law: ${law.verdict}; ${oneLine(law.meaning, 300)}`]),
    ...(lawOmitted === undefined ? [] : ['', `  no law: ${oneLine(lawOmitted, 300)}`]),
    ...(sizingOmitted === undefined ? [] : ['', `  not sized: ${oneLine(sizingOmitted, 300)}`]),
    ...(sizing === undefined
      ? []
      : [
          '',
          sizing.instances === null
            ? `  sizing: the plan ${oneLine(unfitText(sizing), 300)}`
            : `  sizing: ${countText(sizing.instances, 'instance')}, driven by: ${drivenBy(sizing.binding, sizing.question)}`,
          ...(sizing.doesNotFit?.remedies ?? []).map((remedy) => `    ${oneLine(remedy, 200)}`),
          ...sizing.chain.map((line) => paint.dim(`    ${oneLine(line, 200)}`)),
          ...sizing.underFaults.map(
            ({ name, instances: needed, reason }) =>
              `    under ${name}: ${needed === null ? 'no number of instances is enough' : countText(needed, 'instance')}${reason === undefined ? '' : ` (${oneLine(reason, 160)})`}`,
          ),
          ...warningLines(sizing)
            .slice(0, MAX_WARNINGS)
            .map((warning) => `    ${paint.yellow('!')} ${oneLine(warning, 240)}`),
          ...(warningLines(sizing).length > MAX_WARNINGS
            ? [paint.dim(`    and ${countText(warningLines(sizing).length - MAX_WARNINGS, 'more warning')} in the report`)]
            : []),
        ]),
    '',
    ...(capacity.traffic === undefined ? [] : [`  sent: ${trafficText(capacity.traffic)}`]),
    ...(sessions === undefined ? [] : [`  sessions: ${sessionsText(sessions)}`]),
    `  exit code ${verdict.exitCode}: ${verdictMeaning(verdict)}`,
  ];
}

/** Hidden capacity by fault, with what to know about it. */
function recoveryLines(recovery: readonly RecoveryAnswer[]): readonly string[] {
  return recovery.flatMap(({ under, summary, levels, remarks }, index) => [
    ...(index === 0 ? [''] : []),
    `  after ${under}: ${oneLine(summary, 300)}`,
    ...levels.map(
      ({ share, offeredRate, outcome, recoverS, attemptsPerCall, dependencyAmplification }) =>
        `    ${shareText(share).padStart(5)}  ${rateText(offeredRate)}  ${outcome}${recoverS === undefined ? '' : ` after ${spanText(Math.round(recoverS))}`}; ${factorText(attemptsPerCall)} attempts per call${dependencyAmplification === undefined ? '' : `, ${factorText(dependencyAmplification)} at the dependency`}`,
    ),
    ...remarks.slice(0, 1).map((remark) => `    ${oneLine(remark, 300)}`),
  ]);
}

function answerRow({ under, interval, estimate, tookS }: CapacityAnswer, lost: number | undefined): readonly string[] {
  return [
    under === 'none' ? 'healthy' : under,
    rateText(interval.confirmedPass),
    rateText(interval.smallestFail),
    rateText(estimate?.rate),
    estimate === undefined ? ABSENT : `${rateText(estimate.low)} to ${rateText(estimate.high)}`,
    lost === undefined ? '' : shareText(lost),
    spanText(tookS),
  ];
}
