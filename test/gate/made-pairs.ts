import type { GatePairs } from '../../src/analysis/analysis.js';
import { IntervalRecorder } from '../../src/journal/interval-recorder.js';
import type { PairBuild, PairEntry } from '../../src/journal/pair-entry.js';
import type { GateStart } from '../../src/journal/start-entry.js';

/** What one build did in one pair of a test: one block. */
export interface MadeBuild {
  readonly latenciesUs: readonly number[];
  readonly tool?: string;
  readonly failed?: number;
  readonly unanswered?: number;
  readonly cpuS?: number;
  readonly died?: string;
}

function madeBuild({ latenciesUs, tool = 'echo', failed = 0, unanswered = 0, cpuS, died }: MadeBuild): PairBuild {
  const response = new IntervalRecorder();
  for (const latencyUs of latenciesUs) response.record(latencyUs);
  const ok = latenciesUs.length;
  const all = ok + failed + unanswered;
  const counted = response.take();
  return {
    startS: 0.5,
    scheduled: all,
    started: all,
    blocks: [{ calls: all, failed: failed + unanswered }],
    cells: [
      {
        tool,
        endpoint: 'e',
        offered: all,
        started: all,
        ok,
        failed: failed + unanswered,
        ...(failed === 0 && unanswered === 0
          ? {}
          : {
              errors: { ...(failed === 0 ? {} : { 'tool-error': failed }), ...(unanswered === 0 ? {} : { timeout: unanswered }) },
            }),
        ...(counted === undefined ? {} : { response: counted }),
      },
    ],
    calls: all,
    ...(cpuS === undefined ? {} : { cpuS }),
    ...(died === undefined ? {} : { died }),
  };
}

export function madePair(index: number, baseline: MadeBuild, candidate: MadeBuild, discarded?: string): PairEntry {
  return {
    type: 'pair',
    t: index * 40,
    index,
    seed: index,
    edgeMs: 50,
    blockMs: 1000,
    tookS: 40,
    ownS: 1,
    baseline: madeBuild(baseline),
    candidate: madeBuild(candidate),
    ...(discarded === undefined ? {} : { discarded }),
  };
}

const LIMITS = { regression: 0.05, margin: 0.1 };

export const madeGate = (pairs: readonly PairEntry[], start: Partial<GateStart> = {}): GatePairs => ({
  start: {
    metrics: ['p95', 'success'],
    tools: [],
    limits: { p50: LIMITS, p95: LIMITS, p99: LIMITS, cpu: { regression: 0.03, margin: 0.05 } },
    successMargin: 0.01,
    contract: 'warn',
    pairs: { warmUpMs: 5000, measureMs: 30_000, blockMs: 1000, looks: [5, 8, 12] },
    mode: 'duet',
    phase: 'steady',
    baseline: 'old',
    candidate: 'new',
    sameProcesses: false,
    changes: [],
    ...start,
  },
  pairs,
});
