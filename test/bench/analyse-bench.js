// Analysis and report of a generated journal of one hour with 20 tools, from the file alone.
//   npm run build && node test/bench/analyse-bench.js [calls per second, default 1000] [load threads, default 1]
// Prints one JSON document; exits 1 when the bound of the design (3 s with the report) is missed.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist');
const load = (path) => import(join(dist, path));
const [{ analyseJournal }, { IntervalRecorder }, { JournalWriter }, { judge }, { finishRun }, { runFolderAt }, { Redactor }] =
  await Promise.all([
    load('analysis/analyse.js'),
    load('journal/interval-recorder.js'),
    load('journal/journal-writer.js'),
    load('judge/judge.js'),
    load('run/finish-run.js'),
    load('run/run-folder.js'),
    load('scenario/file/redactor.js'),
  ]);

const SECONDS = 3600;
const TOOLS = 20;
const BOUND_S = 3;
const ratePerS = Number(process.argv[2] ?? 1000);
const workers = Number(process.argv[3] ?? 1);

let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 4294967296;
};
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const timeline = [
  { id: 0, name: 'warm-up', phase: 'warm-up', kind: 'warm-up', startS: 0, endS: 60, faults: [] },
  { id: 1, name: 'steady', phase: 'steady', kind: 'steady', startS: 60, endS: 3000, faults: [] },
  { id: 2, name: 'burst', phase: 'burst', kind: 'burst', startS: 3000, endS: 3600, faults: [] },
];

async function writeJournal(path) {
  const journal = new JournalWriter(path, new Redactor());
  const write = (entry) => journal.write(entry);
  write({
    type: 'start',
    schema: 'plimsoll.journal/1',
    runId: 'bench',
    version: '0.0.0',
    startedAt: '2026-01-01T00:00:00.000Z',
    scenario: { name: 'bench' },
    scenarioHash: 'bench',
    labels: {},
    host: {},
    target: {},
    timeline,
    workers,
    timeoutMs: 5000,
    slo: { declared: true, success: 0.99, p95Ms: 400, p99Ms: 800, tools: {}, during: {} },
  });
  for (let id = 0; id < TOOLS * timeline.length; id++) {
    write({ type: 'cell', id, tool: `tool-${id % TOOLS}`, endpoint: 'http://127.0.0.1:1/mcp', segment: Math.floor(id / TOOLS) });
  }
  const names = ['response', 'service', 'firstByte'];
  const recorders = names.map(() => new IntervalRecorder());
  const lateness = new IntervalRecorder();
  const calls = Math.round(ratePerS / TOOLS / workers);
  for (let t = 0; t < SECONDS; t++) {
    const segment = timeline.findLast(({ startS }) => startS <= t).id;
    for (let worker = 0; worker < workers; worker++) {
      const cells = [];
      for (let tool = 0; tool < TOOLS; tool++) {
        for (let i = 0; i < calls; i++) {
          const serviceUs = 5000 * (1 + tool / 10) * Math.exp(0.6 * normal());
          const lateUs = 30 * -Math.log(1 - random());
          lateness.record(lateUs);
          recorders[0].record(serviceUs + lateUs);
          recorders[1].record(serviceUs);
          recorders[2].record(serviceUs * 0.8);
        }
        const cell = {
          cell: segment * TOOLS + tool,
          offered: calls,
          started: calls,
          ok: calls,
          bytesSent: 300 * calls,
          bytesReceived: 900 * calls,
        };
        names.forEach((name, i) => {
          const interval = recorders[i].take();
          if (interval !== undefined) cell[name] = interval;
        });
        cells.push(cell);
      }
      write({
        type: 'second',
        t,
        worker,
        inFlight: 5,
        generator: { lateness: lateness.take(), cpuS: 0.2, eventLoopUtilisation: 0.9 },
        cells,
      });
    }
    write({ type: 'host', t, generatorCores: 0.3, steal: 0, throttledS: 0, busy: 0.4 });
    write({ type: 'process', t, pid: 1, cpuCores: 0.5, rssBytes: 1e8 + t, threads: 11, descriptors: 30 });
    write({ type: 'metrics', t, values: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`mcp_series_${i}`, t * i])) });
    if (t % 60 === 0) journal.flush();
  }
  write({ type: 'end', t: SECONDS + 1, reason: 'completed' });
  await journal.close();
}

const timed = async (work) => {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { value, wallS: (performance.now() - wall) / 1000, cpuS: (user + system) / 1e6 };
};

const dir = mkdtempSync(join(tmpdir(), 'plimsoll-analyse-'));
try {
  const path = join(dir, 'journal.ndjson');
  await writeJournal(path);
  const hdrLog = join(dir, 'latency.hlog');
  // First of all what a user waits for, with nothing warm: figures, histogram log, verdict, all reports, and loading what makes the charts.
  const whole = await timed(() => finishRun(runFolderAt(dir)));
  const figures = await timed(() => analyseJournal(path));
  const withLog = await timed(() => analyseJournal(path, { hdrLog }));
  const judged = await timed(() => judge(withLog.value));
  const round = ({ wallS, cpuS }) => ({ wallS: Number(wallS.toFixed(3)), cpuS: Number(cpuS.toFixed(3)) });
  const report = {
    seconds: SECONDS,
    tools: TOOLS,
    ratePerS,
    workers,
    journalMiB: Math.round(statSync(path).size / 2 ** 20),
    hdrLogMiB: Number((statSync(hdrLog).size / 2 ** 20).toFixed(2)),
    resultKiB: Math.round(statSync(join(dir, 'result.json')).size / 1024),
    calls: withLog.value.result.totals.offered,
    verdict: judged.value.outcome,
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    reportKiB: Math.round(statSync(join(dir, 'report.html')).size / 1024),
    whole: round(whole),
    figures: round(figures),
    figuresAndHdrLog: round(withLog),
    judge: round(judged),
    boundS: BOUND_S,
  };
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  // CPU time, so that a busy machine does not decide.
  if (whole.cpuS > BOUND_S) process.exitCode = 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
