import { recordedScenario } from '../scenario/reading/recorded-scenario.js';
import type { SizedScenario } from '../sizing/sizing-inputs.js';

/** What the sizing reads of the scenario that a journal keeps. @throws PlimsollError with exit code 2 when it is not one of this grammar */
export const sizedScenario = (recorded: Readonly<Record<string, unknown>>): SizedScenario => ({
  ...recordedScenario(recorded),
  defaultTimeout: (recorded.load as { readonly timeout?: unknown } | undefined)?.timeout === undefined,
});
