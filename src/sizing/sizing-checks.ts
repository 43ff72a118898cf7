import type { SizingQuestion } from '../result/sizing-question.js';
import { coresText } from '../text/figure-text.js';
import { SizingInputError } from './sizing-input-error.js';
import { INPUT_GROUPS, type InputRule, inputIn, mayBeNull, SIZING_INPUTS } from './sizing-input-table.js';

type Test = { readonly holds: (value: number) => boolean; readonly accepted: string };

const TESTS: Readonly<Record<Exclude<InputRule, 'any' | `${string}?`>, Test>> = {
  'above 0': { holds: (value) => value > 0, accepted: 'a number above 0' },
  'at least 0': { holds: (value) => value >= 0, accepted: 'a number of at least 0' },
  share: { holds: (value) => value > 0 && value <= 1, accepted: 'a share above 0 and at most 1' },
  count: { holds: (value) => value >= 0 && Number.isInteger(value), accepted: 'a whole number of at least 0' },
};

const TOP_ROWS = SIZING_INPUTS.filter(({ group }) => group === undefined);
const KNOWN: readonly string[] = [...TOP_ROWS.map(({ key }) => key), ...INPUT_GROUPS, 'faults'];

function checkValues(question: SizingQuestion): void {
  const missing = KNOWN.filter((name) => question[name as keyof SizingQuestion] === undefined);
  const unknown = Object.keys(question).filter((name) => !KNOWN.includes(name));
  if (missing.length > 0 || unknown.length > 0) {
    const list = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`;
    const hint = unknown.includes('buffer') ? 'a buffer is a utilization: 1.5 is a utilization of 67 %' : undefined;
    const input = unknown[0] ?? (missing[0] as string);
    throw new SizingInputError(`missing ${list(missing)}, unknown ${list(unknown)}`, input, hint);
  }
  for (const row of TOP_ROWS) {
    const value = inputIn(question, row);
    if (row.rule === 'any' || (value === null && mayBeNull(row))) continue;
    const { holds, accepted } = TESTS[row.rule.replace('?', '') as keyof typeof TESTS];
    if (typeof value !== 'number' || !Number.isFinite(value) || !holds(value))
      throw new SizingInputError(`${row.key} is ${JSON.stringify(value)}; accepted: ${accepted}`, row.key);
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
        `CPU at capacity ${coresText(atCapacity)} exceeds the ${coresText(q.cores)} of an instance: cap or CPU per call is wrong`,
        'cpuPerCallS',
        'an instance is one replica as it was measured; a smaller one has to be measured, for capacity does not scale with cores',
      );
    }
  }
}

const isZero = (value: number | string): boolean => Number.parseFloat(String(value)) === 0;
