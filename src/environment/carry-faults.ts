import type { DriveReport, FaultAgent } from '../faults/fault-agent.js';
import type { ProxyCounters } from '../faults/toxiproxy-driver.js';
import type { FaultEntry } from '../journal/fault-entry.js';
import type { JournalEntry } from '../journal/journal-entry.js';
import { agentFaults } from '../scenario/faults/fault-plan.js';
import type { Scenario } from '../scenario/scenario.js';

/** The faults of one drive. */
export interface CarriedFaults {
  /** Takes them off now; resolves when that is done and told. Idempotent, never rejects. */
  stop(): Promise<void>;
}

/**
 * Has the agent carry out the faults of a scenario, and puts what it tells into the journal.
 * @param startedAtMs what the times of the faults count from
 * @param originMs what the times of the entries count from
 */
export function carryFaults(
  agent: FaultAgent,
  scenario: Scenario,
  startedAtMs: number,
  onEntry: (entry: JournalEntry) => void,
  originMs = startedAtMs,
): CarriedFaults {
  const tOf = (atMs: number): number => Math.max(0, (atMs - originMs) / 1000);
  const first = new Map<string, ProxyCounters>();
  agent.schedule(startedAtMs, agentFaults(scenario.faults), (report) => {
    for (const entry of entriesOf(report, tOf(report.atMs), first)) onEntry(entry);
  });
  let stopping: Promise<void> | undefined;
  return {
    stop: () => {
      stopping ??= agent.lift().then((left) => {
        if (left.length === 0) return;
        const text = `could not be taken off: ${left.join('; ')}; restart the Toxiproxy at ${agent.engine.url}, or run \`plimsoll faults clean\` with this run's folder`;
        onEntry({ type: 'note', t: tOf(Date.now()), level: 'error', code: 'fault-left', text });
      });
      return stopping;
    },
  };
}

function entriesOf(report: DriveReport, t: number, first: Map<string, ProxyCounters>): readonly JournalEntry[] {
  switch (report.report) {
    case 'note': {
      const { level, code, text } = report;
      return [{ type: 'note', t, level, code, text }];
    }
    case 'proxy': {
      const { dependency, counters } = report;
      // A proxy that stood before has counted for others.
      const before = first.get(dependency) ?? counters;
      first.set(dependency, before);
      return [
        {
          type: 'proxy',
          t,
          dependency,
          connectionsAccepted: counters.connectionsAccepted - before.connectionsAccepted,
          connectionsOpen: counters.connectionsOpen,
          bytesUpstream: counters.bytesUpstream - before.bytesUpstream,
          bytesDownstream: counters.bytesDownstream - before.bytesDownstream,
        },
      ];
    }
    case 'fault': {
      const { report: _, atMs: __, ...rest } = report;
      const entry: FaultEntry = { type: 'fault', t, ...rest };
      if (entry.what !== 'failed') return [entry];
      const text = `faults.${entry.fault} (${entry.recipe} on ${entry.dependency}): ${entry.text ?? 'it could not be done'}`;
      return [entry, { type: 'note', t, level: 'error', code: 'fault-failed', text }];
    }
  }
}
