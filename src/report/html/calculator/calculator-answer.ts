import { kubernetesManifest, PLACEHOLDERS } from '../../../capacity/kubernetes-manifest.js';
import { computeSizing } from '../../../capacity/sizing.js';
import type { SizingQuestion } from '../../../capacity/sizing-question.js';
import { questionOf } from './calculator-fields.js';

/** What the calculator shows: text alone, so that the page only has to put it in its place. */
export interface CalculatorAnswer {
  /** `23 instances`, `no number of instances is enough`, or what is wrong with the inputs. */
  readonly headline: string;
  readonly wrong: boolean;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly warnings: readonly string[];
  /** The manifest for these numbers; absent where there is nothing to deploy. */
  readonly manifest?: string;
}

const BINDING: Readonly<Record<string, string>> = {
  load: 'load',
  instanceLoss: 'loss of instances',
  zoneLoss: 'loss of a zone',
  sessions: 'sessions',
  memory: 'memory',
  descriptors: 'descriptors',
  rollingUpdate: 'rolling update',
  minimum: 'fewest allowed',
};

const number = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/**
 * The sizing again with what a planner typed. The very code of the tool; runs in the tool and in the browser. Never throws.
 * @param name of the scenario, for the objects of the manifest
 */
export function calculatorAnswer(
  question: SizingQuestion,
  typed: Readonly<Record<string, string>>,
  name: string,
): CalculatorAnswer {
  try {
    const asked = questionOf(question, typed);
    const sizing = computeSizing(asked);
    const { instances, binding, fleet, plannedCalls, warnings, sensitivity, underFaults } = sizing;
    if (instances === null || fleet === undefined)
      return {
        headline: 'no number of instances is enough',
        wrong: false,
        facts: [['planned', `${number(plannedCalls)} calls/s`]],
        warnings,
      };
    const facts: [string, string][] = [
      ['planned at the peak', `${number(plannedCalls)} calls/s`],
      ['what binds', binding.map((count) => BINDING[count] ?? count).join(', ')],
      ['use of the capacity, all up', percent(fleet.utilisation.allUp)],
      ['use in the worst failure', percent(fleet.worstFailureUtilisation)],
    ];
    if (asked.cores !== null) facts.push(['cores to provide', number(instances * asked.cores)]);
    if (fleet.coresTotal !== undefined) facts.push(['cores in use at the peak', number(fleet.coresTotal)]);
    if (asked.memoryLimitMb !== null)
      facts.push(['memory to provide', `${number((instances * asked.memoryLimitMb) / 1024)} GiB`]);
    if (fleet.memoryMb !== undefined) facts.push(['memory of the hottest survivor', `${number(fleet.memoryMb)} MB`]);
    if (fleet.costMonth !== undefined) facts.push(['price a month', number(fleet.costMonth)]);
    if (fleet.costPerMillionCalls !== undefined) facts.push(['price of a million calls', number(fleet.costPerMillionCalls)]);
    if (sensitivity !== undefined && sensitivity.smallestFail !== null)
      facts.push(['by the smallest failing rate', `${sensitivity.smallestFail} instances`]);
    for (const { name: fault, instances: needed } of underFaults)
      facts.push([`under ${fault}`, needed === null ? 'cannot be bought' : `${needed} instances`]);
    const manifest = kubernetesManifest(sizing, { name, ...PLACEHOLDERS });
    return {
      headline: `${instances} ${instances === 1 ? 'instance' : 'instances'}`,
      wrong: false,
      facts,
      warnings,
      ...(manifest === undefined ? {} : { manifest }),
    };
  } catch (error) {
    return { headline: (error as Error).message, wrong: true, facts: [], warnings: [] };
  }
}
