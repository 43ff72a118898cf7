import type { SizingQuestion } from '../result/sizing-question.js';
import { SizingInputError } from './sizing-input-error.js';

type Rule = 'above 0' | 'at least 0' | 'share' | 'count' | 'any';

/** Every input with what it must be; `?`: may be null. */
const RULES: Readonly<Record<keyof SizingQuestion, Rule | `${Rule}?`>> = {
  peakPerS: 'above 0',
  windowS: 'above 0',
  burst: 'above 0',
  burstWindowS: 'above 0',
  growth: 'at least 0',
  capacityPerS: 'above 0',
  smallestFailPerS: 'above 0?',
  utilisation: 'any',
  failureUtilisation: 'any',
  surviveInstances: 'count',
  zones: 'count',
  surviveZones: 'count',
  minimum: 'count',
  affinity: 'any',
  sessionRateVariation: 'at least 0',
  sessionsHeld: 'at least 0',
  sessionsOpenedPerS: 'at least 0',
  openingCost: 'at least 0',
  reconnectS: 'above 0?',
  latencyS: 'above 0?',
  baseMemoryMb: 'at least 0?',
  sessionMemoryMb: 'at least 0?',
  callMemoryMb: 'at least 0?',
  memoryLimitMb: 'above 0?',
  heapLimitMb: 'above 0?',
  heapShare: 'share',
  fill: 'share',
  maxSessions: 'above 0?',
  baseDescriptors: 'at least 0',
  sessionDescriptors: 'at least 0',
  callDescriptors: 'at least 0',
  descriptorLimit: 'above 0?',
  cores: 'above 0?',
  cpuPerCallS: 'at least 0?',
  idleCores: 'at least 0?',
  scalingEfficiency: 'above 0?',
  dependency: 'any?',
  rolling: 'any?',
  faults: 'any',
  autoscaling: 'any?',
  averagePerS: 'above 0?',
  pricePerHour: 'at least 0?',
};

const TESTS: Readonly<Record<Exclude<Rule, 'any'>, { readonly holds: (value: number) => boolean; readonly accepted: string }>> = {
  'above 0': { holds: (value) => value > 0, accepted: 'a number above 0' },
  'at least 0': { holds: (value) => value >= 0, accepted: 'a number of at least 0' },
  share: { holds: (value) => value > 0 && value <= 1, accepted: 'a share above 0 and at most 1' },
  count: { holds: (value) => value >= 0 && Number.isInteger(value), accepted: 'a whole number of at least 0' },
};

function checkValues(question: SizingQuestion): void {
  const known = Object.keys(RULES) as (keyof SizingQuestion)[];
  const missing = known.filter((name) => question[name] === undefined);
  const unknown = Object.keys(question).filter((name) => !(name in RULES));
  if (missing.length > 0 || unknown.length > 0) {
    const list = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`;
    const hint = unknown.includes('buffer') ? 'a buffer is a utilisation: 1.5 is a utilisation of 67 %' : undefined;
    const input = unknown[0] ?? (missing[0] as string);
    throw new SizingInputError(`missing ${list(missing)}, unknown ${list(unknown)}`, input, hint);
  }
  for (const name of known) {
    const [rule, optional] = RULES[name].endsWith('?') ? [RULES[name].slice(0, -1), true] : [RULES[name], false];
    const value = question[name];
    if (rule === 'any' || (optional && value === null)) continue;
    const test = TESTS[rule as Exclude<Rule, 'any'>];
    if (typeof value !== 'number' || !Number.isFinite(value) || !test.holds(value)) {
      throw new SizingInputError(`${name} is ${JSON.stringify(value)}; accepted: ${test.accepted}`, name);
    }
  }
}

/**
 * Refuses inputs that contradict one another: a burst counted twice, CPU at capacity above the cores, zones to
 * survive, utilisation above its ceiling, an unknown or missing input.
 * @throws SizingInputError with the input that is wrong
 */
export function checkQuestion(question: SizingQuestion): void {
  checkValues(question);
  const q = question;
  if (q.burst > 1 && q.burstWindowS >= q.windowS) {
    throw new SizingInputError(
      `burst counted twice: the peak is already a mean over ${q.windowS}s, the burst over ${q.burstWindowS}s`,
      'burst',
      'give the burst over a shorter time than the window, or a burst of 1',
    );
  }
  if (!(q.utilisation > 0 && q.utilisation <= q.failureUtilisation && q.failureUtilisation <= 1)) {
    throw new SizingInputError('need 0 < utilisation <= failureUtilisation <= 1', 'utilisation');
  }
  if (q.zones < 1 || q.surviveZones >= q.zones) {
    throw new SizingInputError(`cannot survive the loss of ${q.surviveZones} of ${q.zones} zones`, 'surviveZones');
  }
  if (q.smallestFailPerS !== null && q.smallestFailPerS <= q.capacityPerS) {
    throw new SizingInputError(
      `the smallest rate that failed, ${q.smallestFailPerS}/s, is not above the one confirmed, ${q.capacityPerS}/s`,
      'smallestFailPerS',
    );
  }
  checkInstance(q);
  if (q.rolling !== null && isZero(q.rolling.maxUnavailable) && isZero(q.rolling.maxSurge)) {
    throw new SizingInputError('a rolling update with maxUnavailable 0 and maxSurge 0 cannot begin', 'rolling');
  }
}

function checkInstance(q: SizingQuestion): void {
  if (q.cores !== null && q.cpuPerCallS !== null) {
    const atCapacity = (q.idleCores ?? 0) + q.cpuPerCallS * q.capacityPerS;
    if (atCapacity > q.cores * 1.05) {
      throw new SizingInputError(
        `CPU at capacity ${atCapacity.toFixed(2)} cores exceeds the ${q.cores.toFixed(2)} cores of an instance: cap or CPU per call is wrong`,
        'cpuPerCallS',
        'an instance is one replica as it was measured; a smaller one has to be measured, for capacity does not scale with cores',
      );
    }
  }
}

const isZero = (value: number | string): boolean => Number.parseFloat(String(value)) === 0;
