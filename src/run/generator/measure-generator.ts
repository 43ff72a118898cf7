import { fork } from 'node:child_process';
import { LatencyHistogram } from '../../journal/latency-histogram.js';
import { probeCeiling } from '../../load/ceiling/ceiling-probe.js';
import type { DriveEntry, LoadEngine } from '../../load/load-engine.js';
import { createLoadEngine } from '../../load/threads/create-load-engine.js';
import { timelineOf } from '../../scenario/plan/timeline.js';
import type { Scenario } from '../../scenario/scenario.js';
import { givenRateText } from '../../text/figure-text.js';
import { type GeneratorReading, TRUSTED_SHARE } from './generator-reading.js';
import { stubScenario } from './stub-scenario.js';

const CONNECTIONS = 50;
const SECONDS = 2;
const LATENESS_RATE = 1000;

/**
 * Measures this machine's generator against a stub in a process of its own; takes about ten seconds.
 * @param peakPerS the rate at which lateness of starts is asked for, calls/s; one load thread is asked for no more than it can be trusted with
 */
export async function measureGenerator(onStep: (text: string) => void, peakPerS = LATENESS_RATE): Promise<GeneratorReading> {
  const stub = await startStubProcess();
  try {
    onStep('ceiling of an HTTP client (autocannon, closed loop)');
    const ceiling = await probeCeiling({
      url: stub.url,
      request: {
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{}}}',
      },
      connections: CONNECTIONS,
      durationS: SECONDS,
    });
    onStep('all of plimsoll, closed loop, one load thread');
    const closed = await drive(stubScenario(stub.url, CONNECTIONS, `{ name: closed, users: ${CONNECTIONS}, for: ${SECONDS}s }`));
    const pipelinePerS = closed.ok / SECONDS;
    const ratePerS = Math.max(1, Math.round(Math.min(peakPerS, pipelinePerS * TRUSTED_SHARE)));
    onStep(`lateness of starts at ${givenRateText(ratePerS)}`);
    const open = await drive(stubScenario(stub.url, 1000, `{ name: open, rate: ${ratePerS}/s, for: ${SECONDS}s }`));
    return {
      ceilingPerS: ceiling.callsPerS,
      pipelinePerS,
      pipelineCpuUsPerCall: closed.cpuUs / closed.ok,
      lateness: {
        ratePerS,
        starts: ratePerS * SECONDS,
        p50Us: open.lateness.percentile(0.5) ?? Number.NaN,
        p99Us: open.lateness.percentile(0.99) ?? Number.NaN,
        droppedByGenerator: open.droppedByGenerator,
      },
    };
  } finally {
    stub.close();
  }
}

interface Driven {
  readonly ok: number;
  readonly droppedByGenerator: number;
  /** CPU of the whole process: threads, journal entries and all. */
  readonly cpuUs: number;
  readonly lateness: LatencyHistogram;
}

async function drive(scenario: Scenario): Promise<Driven> {
  const engine = createLoadEngine({ scenario });
  try {
    await engine.open();
    // The first second of a process is spent on compiling: not what a long run costs.
    const phases = scenario.load.phases.map((phase) => ({ ...phase, forMs: 500 }));
    await driveOnce(engine, { ...scenario, load: { ...scenario.load, phases } });
    return await driveOnce(engine, scenario);
  } finally {
    await engine.close();
  }
}

async function driveOnce(engine: LoadEngine, scenario: Scenario): Promise<Driven> {
  const driven = { ok: 0, droppedByGenerator: 0, lateness: new LatencyHistogram() };
  const onEntry = (entry: DriveEntry): void => {
    if (entry.type !== 'second') return;
    for (const cell of entry.cells) {
      driven.ok += cell.ok ?? 0;
      driven.droppedByGenerator += cell.droppedByGenerator ?? 0;
    }
    if (entry.generator.lateness !== undefined) driven.lateness.addInterval(entry.generator.lateness);
  };
  const before = process.cpuUsage();
  await engine.drive({ scenario, timeline: timelineOf(scenario), shard: { index: 0, count: 1 } }, onEntry).ended;
  const { user, system } = process.cpuUsage(before);
  return { ...driven, cpuUs: user + system };
}

async function startStubProcess(): Promise<{ readonly url: string; close(): void }> {
  const child = fork(new URL('./stub-process.js', import.meta.url), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the stub ended with ${code}: ${said}`)));
  });
  return { url: `http://127.0.0.1:${port}/mcp`, close: () => void child.kill() };
}
