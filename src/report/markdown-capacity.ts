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
import { column, numeric } from './column.js';
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
  const lostUnder = new Map(underFaults.map(({ under, lost }) => [under, lost]));
  const scope = `${instances === 1 ? 'One instance' : `${instances} instances together`}, ${arrivals} arrivals${healthy === undefined ? '' : `; healthy: ${markdownText(healthy.label)}`}.`;
  return [
    '### Capacity, calls/s',
    answers.length === 0
      ? 'Nothing was measured.'
      : markdownTable(answers, [
          column('Under', ({ under }) => (under === 'none' ? 'healthy' : markdownText(under))),
          numeric('Confirmed', ({ interval }) => rateText(interval.confirmedPass)),
          numeric('Failed at', ({ interval }) => rateText(interval.smallestFail)),
          numeric('Estimate', ({ estimate }) =>
            estimate === undefined
              ? ABSENT
              : `${rateText(estimate.rate)} (${rateText(estimate.low)} to ${rateText(estimate.high)}, ${ratioText(estimate.level).replace('.00', '')})`,
          ),
          column('Limited by', ({ bindingCondition: by }) => (by === undefined ? ABSENT : markdownText(by))),
          numeric('Lost', ({ under }) => ratioText(lostUnder.get(under))),
          column('Ending', ({ ending }) => ending.replaceAll('-', ' ')),
          numeric('Trials', ({ trials, tookS }) => `${numberText(trials.length)} in ${spanText(tookS)}`),
        ]),
    scope,
    ...answers.flatMap(({ under, worksOn }) =>
      worksOn === undefined
        ? []
        : [
            `What limits it${under === 'none' ? '' : ` under ${markdownText(under)}`}: the server ${markdownText(worksOn.text, 400)}.`,
          ],
    ),
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
  return [
    `### Recovery under load after ${markdownText(under)}`,
    `**${markdownText(summary, 600)}**`,
    ...(levels.length === 0
      ? []
      : [
          markdownTable(levels, [
            numeric('Load', ({ share }) => shareText(share)),
            numeric('Offered', ({ offeredRate }) => rateText(offeredRate)),
            numeric('Back after', ({ recoverS }) => (recoverS === undefined ? ABSENT : spanText(Math.round(recoverS)))),
            numeric('Computed drain', ({ drainS }) => spanText(Math.round(drainS))),
            numeric('Attempts per call', ({ attemptsPerCall }) => factorText(attemptsPerCall)),
            numeric('At the dependency', ({ dependencyAmplification: times }) =>
              times === undefined ? ABSENT : factorText(times),
            ),
            column('Verdict', ({ outcome }) => outcome),
            column('Why', ({ reason }) => markdownText(reason)),
          ]),
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
