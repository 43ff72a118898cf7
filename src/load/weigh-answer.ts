import { checkExpectation, documentOf } from '../mcp/expectation.js';
import { valueAt } from '../mcp/json-pointer.js';
import type { OutcomeClass } from '../mcp/outcome.js';
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
    call.arrival.saved.set(name, value);
  }
  return undefined;
}
