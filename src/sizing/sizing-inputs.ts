import type { CapacityAnswer, CapacityFigures } from '../result/capacity-figures.js';
import type { InputSource, SizingFigures } from '../result/sizing-figures.js';
import { type SizedFault, type SizingQuestion, sizingQuestion } from '../result/sizing-question.js';
import type { CapacitySettings } from '../scenario/capacity-settings.js';
import type { Load } from '../scenario/load.js';
import type { Scenario } from '../scenario/scenario.js';
import type { SizingInputName } from '../scenario/schema/sizing-descriptions.js';
import { intervalsOf, mib, rateOfOne, responseTime, smallestFailOf, sourceOfRate } from './measured-inputs.js';
import type { InputIntervals, InputSources } from './sizing-input-list.js';
import { INPUT_GROUPS, type InputGroup, SIZING_INPUTS } from './sizing-input-table.js';
import { settingAt, valueOfSetting } from './sizing-settings.js';

/** What the sizing reads of a scenario. */
export interface SizedScenario extends Pick<Scenario, 'capacity' | 'dependencies'> {
  readonly load: Pick<Load, 'timeoutMs' | 'retry'>;
  /** `load.timeout` is the default of the grammar. */
  readonly defaultTimeout?: boolean;
  /** A sizing of the same search: its faults stand as they were. */
  readonly saved?: Pick<SizingFigures, 'question' | 'inputs'> | undefined;
}

/** What was seen of the target beside its capacity. */
export interface ObservedTarget {
  /** Whether it keeps sessions in memory. */
  readonly stateful?: boolean;
}

/** Why there is nothing to size. */
export interface NotSized {
  readonly refused: string;
  /** What is missing: a planned peak, or the rate of an instance; `capacity` where no rate meets the SLO, which is an answer. */
  readonly missing: 'peak' | 'rate' | 'capacity';
}

export interface SizingInputs {
  readonly question: SizingQuestion;
  readonly sources: InputSources;
  /** What the measurement leaves open: warnings that go with the answer. */
  readonly notes: readonly string[];
  readonly intervals: InputIntervals;
}

/**
 * The sizing question from what the scenario gives and what the search measured. What is given is not taken from the measurement. One instance
 * is one replica as measured: its rate is the smaller of the low end of the estimate and the confirmed rate, over the replicas measured.
 * @returns `refused` where there is no peak to size for or no rate to size with
 */
export function sizingInputs(
  scenario: SizedScenario,
  capacity: CapacityFigures,
  observed: ObservedTarget = {},
): SizingInputs | NotSized {
  const settings = scenario.capacity;
  const { healthy, instances } = capacity;
  if (settings.peak === undefined) return { refused: 'no planned peak was given (capacity.peak)', missing: 'peak' };
  const given = settings.measured.confirmed;
  const capacityPerS = given ?? rateOfOne(healthy, instances);
  if (capacityPerS === undefined) {
    if (healthy?.ending === 'nothing-passes')
      return { refused: 'does not fit: no rate met the SLO, which no number of instances changes', missing: 'capacity' };
    return healthy === undefined
      ? { refused: 'the healthy capacity was not searched (capacity.measured.confirmed gives one)', missing: 'rate' }
      : { refused: 'no rate was found that meets the SLO (capacity.measured.confirmed gives one)', missing: 'rate' };
  }
  const sources: Record<string, InputSource> = {};
  const faults = faultsOf(scenario, capacity, sources);
  const question = questionOf(scenario, foundInputs(scenario, capacity, capacityPerS, observed), faults, sources);
  const notes = [
    ...(given === undefined ? notesOf(healthy) : []),
    ...faults.flatMap((fault) => faultNotes(fault, capacity, sources)),
    ...connectionNotes(scenario, question),
  ];
  return { question, sources, notes, intervals: intervalsOf(capacity.resources, sources) };
}

/** What an input is where the scenario does not give it. */
interface Found {
  readonly value: number | string | undefined;
  readonly source: InputSource;
}

function foundInputs(
  { capacity: settings, dependencies }: SizedScenario,
  { healthy, instances, resources }: CapacityFigures,
  capacityPerS: number,
  { stateful }: ObservedTarget,
): Partial<Record<SizingInputName, Found>> {
  const measured = (value: number | string | undefined, source: InputSource = 'measured'): Found => ({ value, source });
  const byDefault = (value: number | string): Found => ({ value, source: 'default' });
  const wholeSearch = settings.measured.confirmed === undefined;
  const planned = settings.utilisation * capacityPerS * instances;
  return {
    burstWindow: byDefault(Math.min(1, settings.window / 10_000)),
    'measured.confirmed': measured(capacityPerS, sourceOfRate(healthy)),
    'measured.smallestFail': measured(
      wholeSearch ? smallestFailOf(healthy, instances, capacityPerS) : undefined,
      healthy?.interval.smallestFail === undefined ? 'estimated' : 'measured',
    ),
    'measured.latency': measured(responseTime(healthy, planned)),
    'instance.baseMemory': measured(mib(resources?.baseBytes)),
    'instance.sessionMemory': measured(mib(resources?.sessionBytes)),
    'instance.callMemory': measured(mib(resources?.callBytes)),
    'instance.cpuPerCall': measured(resources?.cpuPerCallS),
    'instance.idleCores': measured(resources?.idleCores),
    'sessions.opened': byDefault(0),
    // Held sessions stay with their instance where the target keeps them; whoever plans with held sessions says that it does.
    'sessions.affinity':
      stateful === undefined
        ? byDefault(settings.sessions.held > 0 ? 'session' : 'none')
        : measured(stateful ? 'session' : 'none'),
    'dependency.maxConnections': { value: allowedConnections(settings, dependencies), source: 'given' },
  };
}

/** Every input of the table: given, else found, else the default of the grammar, else not known; where from goes to `sources`. */
function questionOf(
  { capacity: settings }: SizedScenario,
  found: ReturnType<typeof foundInputs>,
  faults: readonly SizedFault[],
  sources: Record<string, InputSource>,
): SizingQuestion {
  // Connections are counted only where both those that the dependency allows and the pool of an instance are known.
  const connections = settings.instance.pool !== undefined && found['dependency.maxConnections']?.value !== undefined;
  const asked: Readonly<Record<InputGroup, boolean>> = {
    dependency: connections,
    rolling: settings.rolling !== undefined,
    autoscaling: settings.autoscaling !== undefined,
  };
  const question: Record<string, unknown> = { faults };
  for (const group of INPUT_GROUPS) question[group] = asked[group] ? {} : null;
  for (const row of SIZING_INPUTS) {
    const { name, key, group } = row;
    if (group !== undefined && !asked[group]) continue;
    const set = settingAt(settings, name);
    const otherwise = found[name];
    const isFound = set === undefined && otherwise?.value !== undefined;
    sources[name] = settings.given.includes(name) ? 'given' : isFound ? otherwise.source : 'default';
    const into = (group === undefined ? question : question[group]) as Record<string, unknown>;
    into[key] = set === undefined ? (otherwise?.value ?? null) : valueOfSetting(row, set);
  }
  // Its keys in the order of the result.
  return sizingQuestion.parse(question);
}

/** Dependencies of the scenario that say how many connections they allow. */
const limitedDependencies = (dependencies: Scenario['dependencies']): readonly string[] =>
  Object.entries(dependencies).flatMap(([name, { maxConnections }]) => (maxConnections === undefined ? [] : [name]));

/** Connections as given, else of the dependency that was named, else of the only one that says how many it allows. */
function allowedConnections({ dependency }: CapacitySettings, dependencies: Scenario['dependencies']): number | undefined {
  const [only, ...others] = limitedDependencies(dependencies);
  const named = dependency.name ?? (others.length === 0 ? only : undefined);
  return dependency.maxConnections ?? (named === undefined ? undefined : dependencies[named]?.maxConnections);
}

/** What keeps connections out of the sizing although a part of them was given. */
function connectionNotes({ capacity, dependencies }: SizedScenario, question: SizingQuestion): readonly string[] {
  if (question.dependency !== null) return [];
  const { instance, dependency } = capacity;
  const limited = limitedDependencies(dependencies);
  if (instance.pool === undefined)
    return limited.length === 0 && dependency.maxConnections === undefined
      ? []
      : ['connections to the database are not counted: the pool of an instance is not known (instance.pool)'];
  return limited.length > 1 && dependency.name === undefined
    ? [`connections to the database are not counted: name one of ${limited.join(', ')} (dependency.name)`]
    : ['connections to the database are not counted: how many it allows is not known (dependency.maxConnections)'];
}

/** Faults as measured, each by `during.fault` where the SLO has one; those given by hand stand instead of measured ones of their name. */
function faultsOf(
  { capacity: settings, load, defaultTimeout = false, saved }: SizedScenario,
  { underFaults, instances }: CapacityFigures,
  sources: Record<string, InputSource>,
): readonly SizedFault[] {
  if (saved !== undefined) {
    for (const { name, source } of saved.inputs) if (name.includes('@')) sources[name] = source;
    return saved.question.faults;
  }
  const from = (name: string, parts: Readonly<Record<'rate' | 'latency' | 'timeout' | 'amplification', InputSource>>): void => {
    for (const [part, source] of Object.entries(parts)) sources[`${name}.${part}`] = source;
  };
  const given = settings.measured.faults.map(({ name, rate, latency, timeout, amplification }): SizedFault => {
    from(name, { rate: 'given', latency: 'given', timeout: 'given', amplification: 'given' });
    return {
      name,
      capacityPerS: rate === '0/s' ? 0 : rate,
      latencyS: latency / 1000,
      timeoutS: timeout / 1000,
      amplification,
    };
  });
  const known = new Set(given.map(({ name }) => name));
  const measured = underFaults.flatMap((answer): readonly SizedFault[] => {
    const { under: name, ending } = answer;
    if (known.has(name)) return [];
    const { retry, timeoutMs } = load;
    const judged = answer.duringFault === undefined ? answer : { ...answer.duringFault, ending };
    const nothingPasses = ending === 'nothing-passes';
    const rate = rateOfOne(judged, instances) ?? (nothingPasses ? 0 : undefined);
    if (rate === undefined) return [];
    from(name, {
      rate: nothingPasses ? 'measured' : sourceOfRate(judged),
      latency: 'measured',
      timeout: defaultTimeout ? 'default' : 'given',
      amplification: retry === undefined ? 'default' : 'given',
    });
    return [
      {
        name,
        capacityPerS: rate,
        latencyS: responseTime(answer, rate * instances) ?? null,
        timeoutS: timeoutMs / 1000,
        // What retries may add at most: each of the attempts, within the budget.
        amplification: retry === undefined ? 1 : Math.min(retry.attempts, 1 + retry.budget),
      },
    ];
  });
  return [...measured, ...given];
}

/** What a soak held is certain, however the search ended afterwards. */
function notesOf(healthy: CapacityAnswer | undefined): readonly string[] {
  if (healthy === undefined) return [];
  const { ending, interval } = healthy;
  return [
    ...(ending === 'at-least' ? ['an instance carries at least the rate that is sized with: fewer instances may do'] : []),
    ...(interval.confirmedPass === undefined
      ? ['no soak confirmed the rate of one instance: it is the low end of the estimate. Measure again before you buy']
      : []),
    ...(ending === 'degraded-for-good' ? ['an overload degraded the target for good: no number of instances cures that'] : []),
  ];
}

function faultNotes({ name }: SizedFault, { underFaults }: CapacityFigures, sources: InputSources): readonly string[] {
  const answer = underFaults.find(({ under }) => under === name);
  if (answer === undefined || sources[`${name}.rate`] !== 'estimated') return [];
  const { confirmedPass } = (answer.duringFault ?? answer).interval;
  return confirmedPass === undefined
    ? [`${name}: no soak confirmed the rate of one instance under it; the low end of the estimate is used`]
    : [];
}
