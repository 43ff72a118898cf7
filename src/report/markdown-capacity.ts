import type { CapacityFigures } from '../result/capacity-figures.js';
import type { RecoveryAnswer } from '../result/recovery-figures.js';
import { plainMemoryText } from '../sizing/plain-formula.js';
import { drivenBy, unfitText, warningLines } from '../sizing/sizing-words.js';
import {
  ABSENT,
  amountText,
  countText,
  factorText,
  numberText,
  rateText,
  ratioText,
  shareText,
  spanText,
} from '../text/figure-text.js';
import { capacityCaveats } from './capacity-caveats.js';
import { markdownTable, markdownText } from './markdown-text.js';
import { resourceRows } from './resource-rows.js';
import { trafficText } from './session-words.js';

/** Most warnings of the sizing in a summary; the report holds the rest. */
const MAX_WARNINGS = 5;

/** The answer of a capacity search for `summary.md`: each search on a row, what it takes for granted, law and sizing. */
export function markdownCapacity(capacity: CapacityFigures | undefined): readonly string[] {
  if (capacity === undefined) return [];
  const { healthy, underFaults, instances, arrivals, law, lawOmitted } = capacity;
  const answers = [...(healthy === undefined ? [] : [healthy]), ...underFaults];
  const rows = answers.map(({ under, interval, estimate, bindingCondition, ending, trials, tookS }) => {
    const lost = underFaults.find((each) => each.under === under)?.lost;
    return [
      under === 'none' ? 'healthy' : markdownText(under),
      rateText(interval.confirmedPass),
      rateText(interval.smallestFail),
      estimate === undefined
        ? ABSENT
        : `${rateText(estimate.rate)} (${rateText(estimate.low)} to ${rateText(estimate.high)}, ${ratioText(estimate.level).replace('.00', '')})`,
      bindingCondition === undefined ? ABSENT : markdownText(bindingCondition),
      lost === undefined ? ABSENT : ratioText(lost),
      ending.replaceAll('-', ' '),
      `${numberText(trials.length)} in ${spanText(tookS)}`,
    ];
  });
  const scope = `${instances === 1 ? 'One instance' : `${instances} instances together`}, ${arrivals} arrivals${healthy === undefined ? '' : `; healthy: ${markdownText(healthy.label)}`}.`;
  return [
    '### Capacity, calls/s',
    answers.length === 0
      ? 'Nothing was measured.'
      : markdownTable(
          [
            { name: 'Under' },
            ...['Confirmed', 'Failed at', 'Estimate'].map((name) => ({ name, numeric: true })),
            { name: 'Limited by' },
            { name: 'Lost', numeric: true },
            { name: 'Ending' },
            { name: 'Trials', numeric: true },
          ],
          rows,
        ),
    scope,
    capacityCaveats(capacity)
      .map((text) => `- ${markdownText(text)}`)
      .join('\n'),
    ...(capacity.traffic === undefined ? [] : [`Sent: ${trafficText(capacity.traffic)}.`]),
    ...resourceLine(capacity),
    ...(capacity.recovery ?? []).flatMap(recoveryParts),
    ...(law === undefined ? [] : [`Law: ${law.verdict.replaceAll('-', ' ')}. ${markdownText(law.meaning)}`]),
    ...(lawOmitted === undefined ? [] : [`No law: ${markdownText(lawOmitted)}.`]),
    ...sizingParts(capacity),
  ];
}

/** What one instance uses, as far as it could be told. */
function resourceLine({ resources }: CapacityFigures): readonly string[] {
  const told = (resources === undefined ? [] : resourceRows(resources)).filter(({ value }) => value !== ABSENT);
  if (told.length === 0) return [];
  const texts = told.map(({ name, value, interval }) => `${name} ${value}${interval === ABSENT ? '' : ` (${interval})`}`);
  return [`One instance (95 % intervals): ${texts.join('; ')}.`];
}

/** Hidden capacity after one fault: the answer, each load on a row, what to know about it. */
function recoveryParts({ under, summary, levels, remarks }: RecoveryAnswer): readonly string[] {
  const numeric = ['Load', 'Offered', 'Back after', 'Computed drain', 'Attempts per call', 'At the dependency'];
  return [
    `### Recovery under load after ${markdownText(under)}`,
    `**${markdownText(summary, 600)}**`,
    ...(levels.length === 0
      ? []
      : [
          markdownTable(
            [...numeric.map((name) => ({ name, numeric: true })), { name: 'Verdict' }, { name: 'Why' }],
            levels.map(({ share, offeredRate, recoverS, drainS, attemptsPerCall, dependencyAmplification, outcome, reason }) => [
              shareText(share),
              rateText(offeredRate),
              recoverS === undefined ? ABSENT : spanText(Math.round(recoverS)),
              spanText(Math.round(drainS)),
              factorText(attemptsPerCall),
              dependencyAmplification === undefined ? ABSENT : factorText(dependencyAmplification),
              outcome,
              markdownText(reason),
            ]),
          ),
        ]),
    ...(remarks.length === 0 ? [] : [remarks.map((text) => `- ${markdownText(text)}`).join('\n')]),
  ];
}

function sizingParts({ sizing, sizingOmitted }: CapacityFigures): readonly string[] {
  if (sizing === undefined) return sizingOmitted === undefined ? [] : [`Not sized: ${markdownText(sizingOmitted, 600)}.`];
  const { instances, doesNotFit, binding, chain, underFaults, plainFormula: plain } = sizing;
  const warnings = warningLines(sizing);
  const answer =
    instances === null
      ? `**The plan ${markdownText(unfitText(sizing), 600)}.**`
      : `**${countText(instances, 'instance')}**, driven by: ${markdownText(drivenBy(binding, sizing.question))}.`;
  const left = warnings.length - MAX_WARNINGS;
  const said = [
    ...(doesNotFit?.remedies ?? []).map((remedy) => `- ${markdownText(remedy)}`),
    ...underFaults.map(
      ({ name, instances: needed, reason }) =>
        `- under ${markdownText(name)}: ${needed === null ? 'no number of instances is enough' : countText(needed, 'instance')}${reason === undefined ? '' : ` (${markdownText(reason)})`}`,
    ),
    ...warnings.slice(0, MAX_WARNINGS).map((warning) => `- ${markdownText(warning)}`),
    ...(left > 0 ? [`- ${left} more in report.html`] : []),
  ];
  return [
    '### Sizing',
    answer,
    chain.map((step, index) => `${index + 1}. ${markdownText(step)}`).join('\n'),
    said.join('\n'),
    ...(plain === undefined
      ? []
      : [
          `The plain formula says ${amountText(plain.cores)} cores, ${plainMemoryText(plain.memoryMb)}, ${countText(plain.instances, 'instance')}; report.html lists what it misses.`,
        ]),
  ];
}
