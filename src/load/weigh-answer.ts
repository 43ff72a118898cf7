import { checkExpectation, documentOf } from '../mcp/protocol/expectation.js';
import { valueAt } from '../mcp/protocol/json-pointer.js';
import type { OutcomeClass } from '../scenario/outcome.js';
import type { CallRun } from './call-run.js';

/** Weighs a result by `expect` and takes out what later steps need; undefined when all is as expected. */
export function weighAnswer(
  call: CallRun,
  result: Readonly<Record<string, unknown>>,
  outcome: OutcomeClass,
): { readonly outcome: OutcomeClass; readonly text?: string } | undefined {
  const { expect, description, save } = call.step;
  if (expect === undefined) {
    if (outcome !== 'ok') return { outcome };
  } else {
    const fault = checkExpectation(expect, result, description);
    // An error that nobody expected is the tool's error and no broken expectation.
    if (fault !== undefined) return outcome === 'ok' ? { outcome: 'expectation-failed', text: fault } : { outcome };
  }
  if (save.length === 0) return undefined;
  const document = documentOf(result);
  for (const { name, path, pointer } of save) {
    const value = valueAt(document, path);
    if (value === undefined) return { outcome: 'expectation-failed', text: `nothing at ${pointer} to save as ${name}` };
    const rounded = roundedWhole(value);
    if (rounded !== undefined)
      return {
        outcome: 'expectation-failed',
        text: `${pointer} is a number near ${rounded}, too large to save as ${name} with all its digits: have the server answer it as a text`,
      };
    call.arrival.saved.set(name, value);
  }
  return undefined;
}

/** A whole number within a value that may have lost digits when it was read: doubles hold each of them up to 2^53 only. */
function roundedWhole(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value) ? value : undefined;
  if (value === null || typeof value !== 'object') return undefined;
  for (const item of Object.values(value)) {
    const rounded = roundedWhole(item);
    if (rounded !== undefined) return rounded;
  }
  return undefined;
}
