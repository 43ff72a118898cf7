import { expect } from 'vitest';
import type { SampleEntry } from '../../src/journal/journal-entry.js';
import { LatencyHistogram } from '../../src/journal/latency-histogram.js';
import type { CellSecond, SecondEntry } from '../../src/journal/second-entry.js';
import { planCalls } from '../../src/load/call-plan.js';
import { CellTable } from '../../src/load/cell-table.js';
import { Generator } from '../../src/load/generator.js';
import type { GeneratorEnd } from '../../src/load/generator-parts.js';
import type { Share } from '../../src/load/schedule.js';
import type { ToolDescription } from '../../src/mcp/driver.js';
import type { Segment } from '../../src/scenario/plan/segment.js';
import { timelineOf } from '../../src/scenario/plan/timeline.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { FakeDriver, type Reply, type SeenCall } from './fake-driver.js';
import { VirtualClock } from './virtual-clock.js';

const COUNTERS = [
  'offered',
  'started',
  'ok',
  'failed',
  'dropped',
  'droppedByGenerator',
  'unfinished',
  'retries',
  'cancelled',
  'bytesSent',
  'bytesReceived',
] as const;
export type Totals = Record<(typeof COUNTERS)[number], number>;

export interface VirtualDrive {
  readonly calls: readonly SeenCall[];
  readonly seconds: readonly SecondEntry[];
  readonly samples: readonly SampleEntry[];
  readonly totals: Totals;
  /** Totals by segment id. */
  readonly bySegment: ReadonlyMap<number, Totals>;
  readonly errors: Readonly<Record<string, number>>;
  readonly response: LatencyHistogram;
  readonly service: LatencyHistogram;
  readonly failedResponse: LatencyHistogram;
  readonly lateness: LatencyHistogram;
  readonly end: GeneratorEnd;
  readonly timeline: readonly Segment[];
}

export interface VirtualDriveOptions {
  readonly share?: Share;
  readonly tools?: readonly ToolDescription[];
  readonly endpoints?: readonly string[];
  readonly keepAboveUs?: number;
  /** Called before the drive, with times from its start in ms. */
  readonly script?: (script: {
    at(atMs: number, act: (generator: Generator) => void): void;
    stall(atMs: number, forMs: number): void;
    readonly driver: FakeDriver;
  }) => void;
}

const zero = (): Totals => Object.fromEntries(COUNTERS.map((name) => [name, 0])) as Totals;

/** Drives a scenario on a virtual clock against a server that is a function, and checks that every call is accounted for. */
export function driveVirtually(
  scenario: Scenario,
  serve: (call: SeenCall) => Reply,
  options: VirtualDriveOptions = {},
): VirtualDrive {
  const clock = new VirtualClock();
  const originMs = clock.now() + 100;
  const driver = new FakeDriver(clock, originMs, serve);
  const timeline = timelineOf(scenario);
  const plan = planCalls(scenario, options.tools ?? []);
  const endpoints = options.endpoints ?? ['http://a'];
  const seconds: SecondEntry[] = [];
  const samples: SampleEntry[] = [];
  let end: GeneratorEnd | undefined;
  const generator = new Generator({
    scenario,
    timeline,
    plan,
    endpoints,
    share: options.share ?? { index: 0, count: 1 },
    worker: options.share?.index ?? 0,
    ...(options.keepAboveUs === undefined ? {} : { keepAboveUs: options.keepAboveUs }),
    driver,
    clock,
    originMs,
    readThread: () => ({}),
    onSecond: (second, more) => {
      seconds.push(second);
      samples.push(...more);
    },
    onEnd: (ended) => {
      end = ended;
    },
  });
  options.script?.({
    at: (atMs, act) => void clock.at(originMs + atMs, () => act(generator)),
    stall: (atMs, forMs) => clock.stall(originMs + atMs, forMs),
    driver,
  });
  generator.start();
  clock.run(() => end !== undefined);

  const table = new CellTable(plan.tools, endpoints);
  const bySegment = new Map<number, Totals>();
  const totals = zero();
  const errors: Record<string, number> = {};
  const histograms = {
    response: new LatencyHistogram(),
    service: new LatencyHistogram(),
    failedResponse: new LatencyHistogram(),
    lateness: new LatencyHistogram(),
  };
  const add = (cell: CellSecond): void => {
    const { segment } = table.entry(cell.cell);
    const sums = bySegment.get(segment) ?? zero();
    bySegment.set(segment, sums);
    for (const name of COUNTERS) {
      totals[name] += cell[name] ?? 0;
      sums[name] += cell[name] ?? 0;
    }
    for (const [name, count] of Object.entries(cell.errors ?? {})) errors[name] = (errors[name] ?? 0) + count;
    if (cell.response !== undefined) histograms.response.addInterval(cell.response);
    if (cell.service !== undefined) histograms.service.addInterval(cell.service);
    if (cell.failedResponse !== undefined) histograms.failedResponse.addInterval(cell.failedResponse);
  };
  for (const second of seconds) {
    second.cells.forEach(add);
    if (second.generator.lateness !== undefined) histograms.lateness.addInterval(second.generator.lateness);
  }
  // Whatever happened: nothing is counted twice and nothing is lost, in all and in each segment.
  for (const sums of [totals, ...bySegment.values()]) {
    expect(sums.offered).toBe(sums.ok + sums.failed + sums.dropped + sums.droppedByGenerator + sums.unfinished + sums.cancelled);
    expect(sums.started).toBe(sums.ok + sums.failed + sums.unfinished + sums.cancelled);
    for (const name of COUNTERS) expect(sums[name]).toBeGreaterThanOrEqual(0);
  }
  expect(Object.values(errors).reduce((sum, count) => sum + count, 0)).toBe(totals.failed);
  expect(histograms.response.count).toBe(totals.ok);
  expect(histograms.lateness.count).toBe(totals.started);
  expect(seconds.map(({ t }) => t)).toEqual(seconds.map((_, t) => t));
  return { calls: driver.calls, seconds, samples, totals, bySegment, errors, ...histograms, end: end!, timeline };
}
