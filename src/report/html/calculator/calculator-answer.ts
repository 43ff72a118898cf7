import type { SizingFigures } from '../../../result/sizing-figures.js';
import type { SizingQuestion } from '../../../result/sizing-question.js';
import { kubernetesManifest, PLACEHOLDERS } from '../../../sizing/kubernetes-manifest.js';
import { computeSizing } from '../../../sizing/sizing.js';
import type { InputSources } from '../../../sizing/sizing-input-list.js';
import { drivenBy, rangeText } from '../../../sizing/sizing-words.js';
import { amountText, countText, percentText } from '../../../text/figure-text.js';
import { questionOf } from './calculator-fields.js';

/** What the calculator shows: text alone, so that the page only has to put it in its place. */
export interface CalculatorAnswer {
  /** `23 instances`, `does not fit`, or what is wrong with the inputs. */
  readonly headline: string;
  readonly wrong: boolean;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly warnings: readonly string[];
  /** The manifest for these numbers; absent where there is nothing to deploy. */
  readonly manifest?: string;
}

/** What the calculator starts from: the question, where its inputs came from, and what the measurement leaves open. */
export interface CalculatorBasis {
  readonly question: SizingQuestion;
  readonly sources: InputSources;
  readonly notes: readonly string[];
}

export const basisOf = ({ question, inputs, notes = [] }: SizingFigures): CalculatorBasis => ({
  question,
  sources: Object.fromEntries(inputs.map(({ name, source }) => [name, source])),
  notes,
});

/**
 * The sizing again with what a planner typed. The very code of the tool; runs in the tool and in the browser. Never throws.
 * @param name of the scenario, for the objects of the manifest
 */
export function calculatorAnswer(
  { question, sources, notes }: CalculatorBasis,
  typed: Readonly<Record<string, string>>,
  name: string,
): CalculatorAnswer {
  try {
    const asked = questionOf(question, typed);
    // A rate that somebody typed is no longer the measured one, and what was said of that one does not hold for it.
    const same = asked.capacityPerS === question.capacityPerS;
    const sizing = computeSizing(
      same ? asked : { ...asked, smallestFailPerS: null },
      same ? sources : { ...sources, 'measured.confirmed': 'given', 'measured.smallestFail': 'default' },
      same ? notes : [],
    );
    const { instances, doesNotFit, binding, fleet, plannedCalls, warnings, sensitivity, underFaults } = sizing;
    if (instances === null || fleet === undefined)
      return {
        headline: 'does not fit',
        wrong: false,
        facts: [
          ['planned at the peak', `${amountText(plannedCalls)} calls/s`],
          ...(doesNotFit === undefined ? [] : [['why', doesNotFit.summary.replace(/^does not fit: /, '')] as const]),
          ...(doesNotFit?.peakThatFits === undefined
            ? []
            : [['largest peak that fits', `${amountText(doesNotFit.peakThatFits)} calls/s`] as const]),
        ],
        warnings: warnings.filter((text) => text !== doesNotFit?.summary),
      };
    const facts: [string, string][] = [
      ['planned at the peak', `${amountText(plannedCalls)} calls/s`],
      ['driven by', drivenBy(binding, asked)],
      ['utilization, all healthy', percentText(fleet.utilisation.allUp)],
      ['utilization after the worst failure', percentText(fleet.worstFailureUtilisation)],
    ];
    if (asked.cores !== null) facts.push(['cores to provide', amountText(instances * asked.cores)]);
    if (fleet.coresTotal !== undefined) facts.push(['cores in use at the peak', amountText(fleet.coresTotal)]);
    if (asked.memoryLimitMb !== null)
      facts.push(['memory to provide', `${amountText((instances * asked.memoryLimitMb) / 1024)} GiB`]);
    if (fleet.memoryMb !== undefined)
      facts.push(['memory of the busiest remaining instance', `${amountText(fleet.memoryMb)} MB`]);
    if (fleet.costMonth !== undefined) facts.push(['price a month', amountText(fleet.costMonth)]);
    if (fleet.costPerMillionCalls !== undefined) facts.push(['price of a million calls', amountText(fleet.costPerMillionCalls)]);
    const range = rangeText(sizing.question, sensitivity);
    if (range !== undefined) facts.push(['range', range.replace(/^Range: |\.$/g, '')]);
    for (const { name: fault, instances: needed } of underFaults)
      facts.push([`under ${fault}`, needed === null ? 'no number is enough' : countText(needed, 'instance')]);
    const manifest = kubernetesManifest(sizing, { name, ...PLACEHOLDERS });
    return {
      headline: countText(instances, 'instance'),
      wrong: false,
      facts,
      warnings,
      ...(manifest === undefined ? {} : { manifest }),
    };
  } catch (error) {
    return { headline: (error as Error).message, wrong: true, facts: [], warnings: [] };
  }
}
