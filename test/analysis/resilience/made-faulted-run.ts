import { analyse } from '../../../src/analysis/analyse.js';
import type { Analysis } from '../../../src/analysis/analysis.js';
import type { FaultEntry } from '../../../src/journal/fault-entry.js';
import type { EndEntry, JournalEntry } from '../../../src/journal/journal-entry.js';
import type { StartEntry } from '../../../src/journal/start-entry.js';
import type { FaultFigures } from '../../../src/result/fault-figures.js';
import type { OutcomeClass } from '../../../src/scenario/outcome.js';
import type { Segment } from '../../../src/scenario/plan/segment.js';
import { journalOf, type MadeCall, startEntry } from '../made-journal.js';

/** Steady from 0 to 10 s, a fault to 16 s, recovery to 21 s, steady to 30 s. */
export const FAULT_AT_S = 10;
export const FAULT_END_S = 16;
export const LOAD_END_S = 30;

const segment = (id: number, name: string, kind: Segment['kind'], startS: number, endS: number): Segment => ({
  id,
  name,
  phase: 'steady',
  kind,
  startS,
  endS,
  faults: kind === 'fault' ? [0] : [],
});

const TIMELINE: readonly Segment[] = [
  segment(0, 'steady', 'steady', 0, FAULT_AT_S),
  segment(1, 'steady: slow-dependency@db', 'fault', FAULT_AT_S, FAULT_END_S),
  segment(2, 'steady: recovery', 'recovery', FAULT_END_S, 21),
  segment(3, 'steady', 'steady', 21, LOAD_END_S),
  { ...segment(4, 'steady: edge', 'edge', FAULT_AT_S, FAULT_AT_S), edgeOf: 0 },
];

export interface Answer {
  readonly outcome?: OutcomeClass;
  readonly ms: number;
}

export interface FaultedRun {
  /** Recipe; slow-dependency by default. */
  readonly recipe?: string;
  readonly toxics?: readonly Readonly<Record<string, unknown>>[];
  /** How a call of a tool that is due then ends; 10 ms and ok by default. */
  readonly answer?: (tool: string, dueS: number) => Answer | undefined;
  /** Calls a second of `search`, which uses the dependency; `echo`, which does not, gets a fifth. */
  readonly rate?: number;
  readonly on?: number | null;
  readonly off?: number | null;
  readonly extra?: readonly JournalEntry[];
  readonly end?: EndEntry['reason'];
  readonly start?: Partial<StartEntry>;
  readonly scenario?: Readonly<Record<string, unknown>>;
  /** Slow calls above so many microseconds are kept one by one, as in a journal that tells of noise. */
  readonly keepAboveUs?: number;
}

const SCENARIO = {
  plimsoll: 1,
  name: 'made',
  dependencies: { db: { listen: '127.0.0.1:1', upstream: '127.0.0.1:2', tools: ['search'] } },
};

export function faultedRun(run: FaultedRun): Analysis {
  const {
    recipe = 'slow-dependency',
    answer,
    rate = 20,
    on = FAULT_AT_S,
    off = FAULT_END_S,
    extra = [],
    end = 'completed',
  } = run;
  const scenario = { ...SCENARIO, faults: [{ dependency: 'db', inject: recipe, at: '10s', for: '6s' }], ...run.scenario };
  const start = startEntry(TIMELINE, {
    scenario,
    faultEngine: { name: 'embedded', version: '2.12.0', url: 'http://127.0.0.1:1' },
    proxiedPaths: { db: 'verified' },
    recoveryWithinS: 5,
    ...run.start,
  });
  const calls: MadeCall[] = [];
  for (const [tool, perS] of [
    ['search', rate],
    ['echo', rate / 5],
  ] as const) {
    for (let i = 0; i < perS * LOAD_END_S; i++) {
      const dueS = i / perS;
      const { outcome = 'ok', ms } = answer?.(tool, dueS) ?? { ms: 10 };
      const own = TIMELINE.find(({ kind, startS, endS }) => kind !== 'edge' && dueS >= startS && dueS < endS) as Segment;
      const overtaken = dueS < FAULT_AT_S && dueS + ms / 1000 > FAULT_AT_S;
      calls.push({ tool, endpoint: 'a', segment: overtaken ? 4 : own.id, dueS, serviceUs: ms * 1000, outcome });
    }
  }
  const fault = (what: FaultEntry['what'], t: number): FaultEntry => ({
    type: 'fault',
    t,
    fault: 0,
    dependency: 'db',
    recipe,
    what,
    ...(what === 'on' ? { toxics: run.toxics ?? [] } : {}),
  });
  return analyse([
    ...journalOf(start, calls, run.keepAboveUs === undefined ? {} : { keepAboveUs: run.keepAboveUs }),
    ...(on === null ? [] : [fault('on', on)]),
    ...(off === null ? [] : [fault('off', off)]),
    ...extra,
    { type: 'end', t: LOAD_END_S + 3, reason: end },
  ]);
}

export const faultOf = ({ result }: Analysis): FaultFigures => result.faults[0] as FaultFigures;

export const codesOf = (analysis: Analysis): readonly string[] => faultOf(analysis).findings.map(({ code }) => code);

export const during = (dueS: number): boolean => dueS >= FAULT_AT_S && dueS < FAULT_END_S;
