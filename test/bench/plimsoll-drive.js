// One drive of plimsoll's whole pipeline: load thread, driver, classification, recording, hand-over and the journal on disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JournalWriter } from '../../dist/journal/journal-writer.js';
import { LatencyHistogram } from '../../dist/journal/latency-histogram.js';
import { createLoadEngine } from '../../dist/load/threads/create-load-engine.js';
import { Redactor } from '../../dist/scenario/file/redactor.js';
import { timelineOf } from '../../dist/scenario/plan/timeline.js';

const COUNTERS = ['offered', 'started', 'ok', 'failed', 'dropped', 'droppedByGenerator', 'unfinished'];

/** Opens an engine once; each drive returns its counters, lateness and the CPU of the whole process. */
export const openPlimsoll = async (scenario) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
  const engine = createLoadEngine({ scenario });
  await engine.open();
  let drives = 0;
  const drive = async (driven, onSecond) => {
    const journal = new JournalWriter(join(folder, `journal-${drives++}.ndjson`), new Redactor());
    const totals = Object.fromEntries(COUNTERS.map((name) => [name, 0]));
    const lateness = new LatencyHistogram();
    const cpuBefore = process.cpuUsage();
    const handle = engine.drive({ scenario: driven, timeline: timelineOf(driven), shard: { index: 0, count: 1 } }, (entry) => {
      journal.write(entry);
      if (entry.type !== 'second') return;
      for (const cell of entry.cells) for (const name of COUNTERS) totals[name] += cell[name] ?? 0;
      if (entry.generator.lateness !== undefined) lateness.addInterval(entry.generator.lateness);
      onSecond?.(entry, totals, () => handle.stop('drain', 'stopped'));
    });
    const { endedS } = await handle.ended;
    const cpu = process.cpuUsage(cpuBefore);
    await journal.close();
    const ms = (q) => (lateness.percentile(q) ?? 0) / 1000;
    return {
      ...totals,
      endedS,
      callsPerS: (totals.ok + totals.failed) / endedS,
      cpuUsPerCall: (cpu.user + cpu.system) / totals.started,
      latenessMs: { p50: ms(0.5), p99: ms(0.99), max: (lateness.maxUs ?? 0) / 1000 },
    };
  };
  const close = async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { drive, close };
};
