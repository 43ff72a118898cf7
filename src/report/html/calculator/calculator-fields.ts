import type { SizingQuestion } from '../../../result/sizing-question.js';

/** An input of the calculator: a number of the question as a planner writes it. */
export interface CalculatorField {
  readonly key: keyof SizingQuestion;
  readonly label: string;
  readonly unit: string;
  /** What is shown is the value times this: shares are shown as percent, gigabytes for megabytes. */
  readonly times: number;
  readonly min: number;
  readonly step: number;
  /** Empty means "not known", or no such limit. */
  readonly mayBeEmpty?: true;
}

/** What a planner may change; all else of the question stays as it was measured or given. */
export const CALCULATOR_FIELDS: readonly CalculatorField[] = [
  { key: 'peakPerS', label: 'Peak', unit: 'calls/s', times: 1, min: 0, step: 50 },
  { key: 'burst', label: 'Burst over the peak', unit: 'x', times: 1, min: 1, step: 0.1 },
  { key: 'growth', label: 'Growth', unit: '%', times: 100, min: 0, step: 5 },
  { key: 'utilisation', label: 'Utilization, all healthy', unit: '%', times: 100, min: 1, step: 5 },
  { key: 'failureUtilisation', label: 'Utilization in a failure', unit: '%', times: 100, min: 1, step: 5 },
  { key: 'zones', label: 'Zones', unit: 'zones', times: 1, min: 1, step: 1 },
  { key: 'surviveZones', label: 'Zones you can lose', unit: 'zones', times: 1, min: 0, step: 1 },
  { key: 'surviveInstances', label: 'Instances you can lose', unit: 'instances', times: 1, min: 0, step: 1 },
  { key: 'sessionsHeld', label: 'Open sessions', unit: 'sessions', times: 1, min: 0, step: 100 },
  { key: 'capacityPerS', label: 'Capacity of one instance', unit: 'calls/s', times: 1, min: 0.1, step: 5 },
  { key: 'cores', label: 'Cores of one instance', unit: 'cores', times: 1, min: 0.1, step: 1, mayBeEmpty: true },
  { key: 'memoryLimitMb', label: 'Memory of one instance', unit: 'GiB', times: 1 / 1024, min: 0.1, step: 1, mayBeEmpty: true },
  { key: 'pricePerHour', label: 'Price of one instance', unit: 'per hour', times: 1, min: 0, step: 0.05, mayBeEmpty: true },
  { key: 'averagePerS', label: 'Average rate', unit: 'calls/s', times: 1, min: 0, step: 50, mayBeEmpty: true },
];

/** A value of the question as its field shows it; empty where it is not known. */
export function shownValue({ key, times }: CalculatorField, question: SizingQuestion): string {
  const value = question[key];
  return typeof value === 'number' ? String(Number((value * times).toPrecision(6))) : '';
}

/**
 * The question with what was typed in its place.
 * @param typed by key; what is missing stays
 * @throws Error in words for the planner, when something typed is no number
 */
export function questionOf(question: SizingQuestion, typed: Readonly<Record<string, string>>): SizingQuestion {
  const changed: Record<string, unknown> = { ...question };
  for (const field of CALCULATOR_FIELDS) {
    const text = typed[field.key]?.trim();
    // What was not touched keeps all its digits.
    if (text === undefined || text === shownValue(field, question)) continue;
    if (text === '') {
      if (field.mayBeEmpty !== true) throw new Error(`${field.label}: a number is needed`);
      changed[field.key] = null;
      continue;
    }
    const value = Number(text);
    if (!Number.isFinite(value)) throw new Error(`${field.label}: "${text}" is not a number`);
    changed[field.key] = value / field.times;
  }
  return changed as unknown as SizingQuestion;
}
