import type { Fault } from '../faults/fault.js';
import type { RetryPolicy } from '../load.js';
import type { Scenario } from '../scenario.js';
import { phaseKind } from './phase-kind.js';
import type { Segment } from './segment.js';

/** A stretch of time in whole milliseconds from the start of the first phase; the end does not belong to it. */
interface Window {
  readonly startMs: number;
  readonly endMs: number;
}

interface FaultWindow extends Window {
  readonly fault: number;
}

/**
 * The segments of a run: phases in order, cut by fault windows (those that overlap are joined) and by the recovery after each; a fault
 * beats a recovery, and a recovery a phase. Timed segments come first and follow one another without a gap; after them the `edge`
 * segments, for calls that were due before a fault and ended after its start. Pure.
 */
export function timelineOf(scenario: Scenario): readonly Segment[] {
  const phases = phaseWindows(scenario);
  const loadEndMs = phases.at(-1)?.endMs ?? 0;
  const faults = scenario.faults
    .map(({ atMs, forMs }, fault) => ({ fault, startMs: atMs, endMs: Math.min(atMs + forMs, loadEndMs) }))
    .filter(({ startMs, endMs }) => startMs < endMs);
  const joined = joinOverlaps(faults);
  const recoveries = recoveriesAfter(joined, scenario.recovery.withinMs);

  const segments: Segment[] = [];
  for (const { index, startMs, endMs } of phases) {
    const phase = scenario.load.phases[index]!;
    const plainKind = phaseKind(phase, scenario.load.phases);
    const cuts = cutsWithin({ startMs, endMs }, [...joined, ...recoveries]);
    for (let i = 0; i + 1 < cuts.length; i++) {
      const piece = { startMs: cuts[i]!, endMs: cuts[i + 1]! };
      const active = faults.filter((fault) => fault.startMs < piece.endMs && fault.endMs > piece.startMs);
      const base = { phase: phase.name, startS: piece.startMs / 1000, endS: piece.endMs / 1000 };
      if (active.length > 0) {
        const names = active.map(({ fault }) => faultName(scenario.faults[fault]!));
        const name = `${phase.name}: ${[...new Set(names)].join(' + ')}`;
        push(segments, { ...base, name, kind: 'fault', faults: active.map(({ fault }) => fault) });
      } else if (recoveries.some((recovery) => recovery.startMs <= piece.startMs && recovery.endMs > piece.startMs)) {
        push(segments, { ...base, name: `${phase.name}: recovery`, kind: 'recovery', faults: [] });
      } else push(segments, { ...base, name: phase.name, kind: plainKind, faults: [] });
    }
  }
  return [...segments, ...edgesOf(segments, joined, longestCallMs(scenario))];
}

/** Recipe and dependency of a fault, as segments and tables name it; raw toxics are named by their types. */
function faultName(fault: Fault): string {
  const what = fault.inject ?? [...new Set((fault.toxics ?? []).map(({ type }) => String(type)))].join('/');
  return `${what}@${fault.dependency}`;
}

/** Appends a segment, or makes the last one longer when it is the same. */
function push(segments: Segment[], segment: Omit<Segment, 'id'>): void {
  const last = segments.at(-1);
  if (last !== undefined && last.name === segment.name && last.kind === segment.kind && segment.kind !== 'fault') {
    segments[segments.length - 1] = { ...last, endS: segment.endS };
  } else segments.push({ id: segments.length, ...segment });
}

function phaseWindows(scenario: Scenario): readonly (Window & { readonly index: number })[] {
  let startMs = 0;
  return scenario.load.phases.map((phase, index) => {
    const window = { index, startMs, endMs: startMs + phase.forMs };
    startMs = window.endMs;
    return window;
  });
}

function joinOverlaps(windows: readonly FaultWindow[]): readonly Window[] {
  const joined: Window[] = [];
  for (const { startMs, endMs } of [...windows].sort((a, b) => a.startMs - b.startMs)) {
    const last = joined.at(-1);
    if (last !== undefined && startMs < last.endMs) {
      joined[joined.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, endMs) };
    } else joined.push({ startMs, endMs });
  }
  return joined;
}

/** The stretches after faults, cut short by the next fault. */
function recoveriesAfter(faults: readonly Window[], withinMs: number): readonly Window[] {
  return faults.map(({ endMs }, i) => ({
    startMs: endMs,
    endMs: Math.min(endMs + withinMs, faults[i + 1]?.startMs ?? Number.POSITIVE_INFINITY),
  }));
}

/** The ends of a window and every edge of the others within it, rising, without doubles. */
function cutsWithin(window: Window, others: readonly Window[]): readonly number[] {
  const edges = others.flatMap(({ startMs, endMs }) => [startMs, endMs]);
  const inside = edges.filter((edge) => edge > window.startMs && edge < window.endMs);
  return [...new Set([window.startMs, ...inside, window.endMs])].sort((a, b) => a - b);
}

/**
 * One edge segment for each segment whose calls may still be in flight when a fault starts. Warm-up has none: its calls are never judged
 * and stay out of the totals, whatever happens to them. Calls due in a fault stay the fault's.
 */
function edgesOf(segments: readonly Segment[], faults: readonly Window[], reachMs: number): readonly Segment[] {
  const edges: Segment[] = [];
  for (const segment of segments) {
    if (segment.kind === 'fault' || segment.kind === 'warm-up') continue;
    const next = faults.find(({ startMs }) => startMs / 1000 >= segment.endS);
    if (next === undefined || next.startMs - segment.endS * 1000 >= reachMs) continue;
    const atS = next.startMs / 1000;
    edges.push({
      id: segments.length + edges.length,
      name: `${segment.phase}: edge`,
      phase: segment.phase,
      kind: 'edge',
      startS: atS,
      endS: atS,
      edgeOf: segment.id,
      faults: [],
    });
  }
  return edges;
}

/** An upper bound of the time from the due time of a call to its end: a second of lateness, all attempts and the pauses between them. */
function longestCallMs({ load }: Scenario): number {
  return 1000 + load.timeoutMs * (load.retry?.attempts ?? 1) + pausesMs(load.retry);
}

function pausesMs(retry: RetryPolicy | undefined): number {
  return retry === undefined ? 0 : retry.backoffMs * (2 ** (retry.attempts - 1) - 1);
}
