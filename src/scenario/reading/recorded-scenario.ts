import { PlimsollError } from '../../errors/plimsoll-error.js';
import { resolveScenario } from '../resolve/resolve.js';
import type { Scenario } from '../scenario.js';
import { scenarioSchema } from '../schema/scenario-schema.js';
import { acceptedText } from '../schema/schema-issues.js';

/**
 * The scenario of a run that is over, from the redacted file that its journal keeps: for judging and reporting. Secrets are `***` in it and
 * feeds are not read, so it cannot be driven. `path` resolves what the file names (a baseline).
 * @throws PlimsollError with exit code 2 when the record is not a scenario of this grammar.
 */
export const recordedScenario = (
  recorded: Readonly<Record<string, unknown>>,
  path = (file: string): string => file,
): Scenario => {
  const parsed = scenarioSchema.safeParse(recorded, { error: acceptedText });
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path: at, message }) => `${at.map(String).join('.')}: accepted: ${message}`);
    throw new PlimsollError(`the scenario kept in the journal cannot be read: ${issues.join('; ')}`, 'usage');
  }
  return resolveScenario(parsed.data, { feeds: {}, tls: undefined }, path, recorded.capacity);
};
