import { PlimsollError } from '../errors/plimsoll-error.js';
import type { FaultAgent } from '../faults/fault-agent.js';
import type { JournalEntry } from '../journal/journal-entry.js';
import type { Scenario } from '../scenario/scenario.js';
import { carryFaults } from './carry-faults.js';
import type { HeldFaults } from './environment.js';

/** The agent's calls to its engine are limited to a few seconds each. */
const IN_FORCE_LIMIT_MS = 15_000;

/**
 * Has the agent put the faults of a scenario in force now, for as long as their `forMs` at most, whatever drives come and go.
 * @throws PlimsollError with exit code 7 when none of them took hold.
 */
export async function holdFaults(
  agent: FaultAgent,
  scenario: Scenario,
  originMs: number,
  onEntry: (entry: JournalEntry) => void,
): Promise<HeldFaults> {
  let heard: (refusal: string | undefined) => void = () => {};
  const inForce = new Promise<string | undefined>((resolve) => {
    heard = resolve;
  });
  const limit = setTimeout(() => heard('the fault agent did not say that it was in force'), IN_FORCE_LIMIT_MS);
  const carried = carryFaults(
    agent,
    scenario,
    Date.now(),
    (entry) => {
      onEntry(entry);
      if (entry.type === 'note' && entry.code === 'fault-engine-lost') heard(entry.text);
      if (entry.type !== 'fault') return;
      if (entry.what === 'on') heard(undefined);
      if (entry.what === 'failed') heard(`${entry.recipe}@${entry.dependency}: ${entry.text ?? 'it could not be done'}`);
    },
    originMs,
  );
  const refusal = await inForce;
  clearTimeout(limit);
  if (refusal !== undefined) {
    await carried.stop();
    throw new PlimsollError(`the fault could not be started: ${refusal}`, 'faultEngine');
  }
  return { release: () => carried.stop() };
}
