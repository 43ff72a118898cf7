import type { CapacityAnswer, CapacityFigures } from '../result/capacity-figures.js';
import type { Result } from '../result/result.js';
import type { CapacityComparison, ComparedFigure, ComparedGroup } from './comparison.js';
import { figurePair, figuresOf, told } from './figure-pair.js';
import { comparedRun, sideCaveats } from './side-caveats.js';

/** What is compared of a capacity search. */
export type ComparableSearch = Pick<Result, 'run' | 'validity'> & { readonly capacity: CapacityFigures };

const PROOF =
  'The interval of a change is what the trials of these two searches leave open. How much two searches of one build differ is not in it: repeat both before a small change is believed.';

/** Puts two capacity searches side by side: each answer with what limits it, what a call costs, the sizing. Pure. */
export function compareCapacities(a: ComparableSearch, b: ComparableSearch): CapacityComparison {
  return {
    schema: 'plimsoll.compare/1',
    kind: 'capacity',
    a: comparedRun(a),
    b: comparedRun(b),
    caveats: [...sideCaveats(a, b, 'search'), ...searchCaveats(a.capacity, b.capacity)],
    proof: PROOF,
    groups: [
      ...answerGroups(a.capacity, b.capacity),
      ...resourceGroup(a.capacity, b.capacity),
      ...sizingGroup(a.capacity, b.capacity),
    ],
  };
}

function searchCaveats(a: CapacityFigures, b: CapacityFigures): readonly string[] {
  const caveats: string[] = [];
  if (a.instances !== b.instances) {
    caveats.push(`A measured ${a.instances} and B ${b.instances} instances together: the rates are those of all of them.`);
  }
  if (a.arrivals !== b.arrivals) caveats.push(`Arrivals were ${a.arrivals} in A and ${b.arrivals} in B.`);
  for (const [name, { healthy }] of [
    ['A', a],
    ['B', b],
  ] as const) {
    if (healthy === undefined) caveats.push(`${name} has no healthy search.`);
    else if (healthy.ending !== 'confirmed') caveats.push(`${name} is not confirmed: ${healthy.summary.replace(/\.$/, '')}.`);
  }
  if (a.sizing !== undefined && b.sizing !== undefined) {
    const differing = planDifferences(a.sizing.inputs, b.sizing.inputs);
    if (differing.length > 0)
      caveats.push(`The plans that were sized differ (${differing.join(', ')}): instances and cost may be theirs.`);
  }
  return caveats;
}

type SizingInputs = NonNullable<CapacityFigures['sizing']>['inputs'];

/** Inputs that were not measured and are not the same. */
function planDifferences(a: SizingInputs, b: SizingInputs): readonly string[] {
  const planned = (inputs: SizingInputs): ReadonlyMap<string, string> =>
    new Map(
      inputs
        .filter(({ source }) => source === 'given' || source === 'default')
        .map(({ name, value }) => [name, JSON.stringify(value)]),
    );
  const [own, other] = [planned(a), planned(b)];
  return [...own.keys()].filter((name) => other.has(name) && own.get(name) !== other.get(name));
}

function answerGroups(a: CapacityFigures, b: CapacityFigures): readonly ComparedGroup[] {
  const answersOf = ({ healthy, underFaults }: CapacityFigures) =>
    new Map<string, CapacityAnswer & { readonly lost?: number | undefined }>(
      [...(healthy === undefined ? [] : [healthy]), ...underFaults].map((answer) => [answer.under, answer]),
    );
  const [own, other] = [answersOf(a), answersOf(b)];
  return [...new Set([...own.keys(), ...other.keys()])].map((under) => {
    const [answerA, answerB] = [own.get(under), other.get(under)];
    return {
      by: 'search',
      name: under === 'none' ? 'healthy' : `under ${under}`,
      figures: answerFigures(answerA, answerB),
    };
  });
}

function answerFigures(
  a: (CapacityAnswer & { readonly lost?: number | undefined }) | undefined,
  b: (CapacityAnswer & { readonly lost?: number | undefined }) | undefined,
): readonly ComparedFigure[] {
  const confirmed = figurePair('confirmed', 'per-second', [told(confirmedRate(a)), told(confirmedRate(b))], 'lower');
  const note = a === undefined || b === undefined ? undefined : bracketNote(a.interval, b.interval);
  const estimate = (answer: CapacityAnswer | undefined) =>
    told(answer?.estimate?.rate, answer?.estimate && [answer.estimate.low, answer.estimate.high]);
  return figuresOf([
    figurePair('ending', 'text', [told(a?.ending), told(b?.ending)]),
    confirmed && { ...confirmed, ...(note === undefined ? {} : { note }) },
    figurePair('failed at', 'per-second', [told(a?.interval.smallestFail), told(b?.interval.smallestFail)]),
    figurePair('estimate', 'per-second', [estimate(a), estimate(b)], 'lower'),
    figurePair('limited by', 'text', [told(a?.bindingCondition), told(b?.bindingCondition)]),
    figurePair('calls worked on at once', 'count', [told(a?.worksOn?.calls), told(b?.worksOn?.calls)]),
    figurePair('lost to the fault', 'share', [told(a?.lost), told(b?.lost)]),
  ]);
}

/** 0 where it is known that not even the lowest rate passes. */
const confirmedRate = (answer: CapacityAnswer | undefined): number | undefined =>
  answer?.ending === 'nothing-passes' ? 0 : answer?.interval.confirmedPass;

/** Whether the brackets of tried rates lie apart: one carried what the other failed at. */
function bracketNote(a: CapacityAnswer['interval'], b: CapacityAnswer['interval']): string | undefined {
  if (a.confirmedPass === undefined || b.confirmedPass === undefined) return undefined;
  if (a.smallestFail !== undefined && b.confirmedPass >= a.smallestFail) return 'B carried a rate at which A failed';
  if (b.smallestFail !== undefined && a.confirmedPass >= b.smallestFail) return 'B failed at a rate that A carried';
  return 'the brackets overlap';
}

function resourceGroup(a: CapacityFigures, b: CapacityFigures): readonly ComparedGroup[] {
  type Resource = 'cpuPerCallS' | 'idleCores' | 'baseBytes' | 'callBytes' | 'sessionBytes';
  const of = ({ resources }: CapacityFigures, name: Resource) => told(resources?.[name], resources?.intervals?.[name]);
  const both = (name: Resource) => [of(a, name), of(b, name)] as const;
  const figures = figuresOf([
    figurePair('cpu', 'seconds', both('cpuPerCallS'), 'higher'),
    figurePair('idle CPU', 'cores', both('idleCores')),
    figurePair('memory', 'bytes', both('baseBytes'), 'higher'),
    figurePair('memory of a call in flight', 'bytes', both('callBytes')),
    figurePair('memory of a session', 'bytes', both('sessionBytes')),
  ]);
  return figures.length === 0 ? [] : [{ by: 'resources', name: 'one instance', figures }];
}

/** `zoneLoss` -> `zone loss`. */
const bindingText = (sizing: CapacityFigures['sizing']): string | undefined =>
  sizing?.binding.join(', ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function sizingGroup({ sizing: a }: CapacityFigures, { sizing: b }: CapacityFigures): readonly ComparedGroup[] {
  type Sizing = CapacityFigures['sizing'];
  const instances = (sizing: Sizing) => told(sizing && (sizing.instances ?? 'does not fit'));
  const figures = figuresOf([
    figurePair('instances', 'count', [instances(a), instances(b)], 'higher'),
    figurePair('driven by', 'text', [told(bindingText(a)), told(bindingText(b))]),
    figurePair('cost', 'count', [told(a?.fleet?.costMonth), told(b?.fleet?.costMonth)], 'higher'),
    figurePair('cost of a million calls', 'count', [told(a?.fleet?.costPerMillionCalls), told(b?.fleet?.costPerMillionCalls)]),
  ]);
  return figures.length === 0 ? [] : [{ by: 'sizing', name: 'for the planned peak', figures }];
}
