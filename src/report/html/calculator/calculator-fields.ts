import type { SizingQuestion } from '../../../result/sizing-question.js';
import { type InputField, inputIn, mayBeNull, SIZING_INPUTS, type SizingInputRow } from '../../../sizing/sizing-input-table.js';

/** An input of the calculator: a number of the question as a planner writes it. */
export interface CalculatorField extends SizingInputRow {
  readonly field: InputField;
}

/** What a planner may change; all else of the question stays as it was measured or given. */
export const CALCULATOR_FIELDS = SIZING_INPUTS.filter((row): row is CalculatorField => row.field !== undefined);

/** Shares are shown as percent, and memory in GiB: what is shown is the value times this. */
const SHOWN: Readonly<Record<string, { readonly unit: string; readonly times: number }>> = {
  share: { unit: '%', times: 100 },
  MB: { unit: 'GiB', times: 1 / 1024 },
  'x peak': { unit: 'x', times: 1 },
  'calls/s per instance': { unit: 'calls/s', times: 1 },
};

/** The unit of a field, and by how much the value in the question is multiplied for it. */
export const shownAs = ({ unit }: CalculatorField): { readonly unit: string; readonly times: number } =>
  SHOWN[unit] ?? { unit, times: 1 };

/** A value of the question as its field shows it; empty where it is not known. */
export function shownValue(field: CalculatorField, question: SizingQuestion): string {
  const value = inputIn(question, field);
  return typeof value === 'number' ? String(Number((value * shownAs(field).times).toPrecision(6))) : '';
}

/**
 * The question with what was typed in its place.
 * @param typed by key; what is missing stays
 * @throws Error in words for the planner, when something typed is not a number
 */
export function questionOf(question: SizingQuestion, typed: Readonly<Record<string, string>>): SizingQuestion {
  const changed: Record<string, unknown> = { ...question };
  for (const row of CALCULATOR_FIELDS) {
    const text = typed[row.key]?.trim();
    // What was not touched keeps all its digits.
    if (text === undefined || text === shownValue(row, question)) continue;
    const { label } = row.field;
    if (text === '' && !mayBeNull(row)) throw new Error(`${label}: a number is needed`);
    const value = Number(text);
    if (!Number.isFinite(value)) throw new Error(`${label}: "${text}" is not a number`);
    changed[row.key] = text === '' ? null : value / shownAs(row).times;
  }
  return changed as unknown as SizingQuestion;
}
