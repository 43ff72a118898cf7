// How often `plimsoll gate` finds what is there, and only that: the CLI as it stands, against servers that spend a set CPU time a call, while a program
// takes one core in bursts.
//   npm run bench -- --only gate [--gates N (20)] [--gate-cells aa,p95-20,p95-10,cpu-5] [--measure S (30)] [--warm-up S (5)]
//   First `--self` states the spread of a pair here: 12 pairs. Then N gates a cell: with the default lengths 3 to 8 minutes each, 4 to 8 hours in all.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { canPin } from './process-of.js';

const RATE = '40/s';
const BURN_US = 4000;
const LOOKS = [5, 8, 12];
/** What the candidate costs over the baseline, and how many of N gates have to end how. */
const CELLS = {
  aa: { name: 'A/A', flags: { burn: 1, sleepMs: 20 }, alarms: { most: 0.05 } },
  // Most of a call is its sleep, which is the same on a busy machine: the change of p95 is that of the sleep.
  'p95-20': { name: 'p95 +20 %', flags: { burn: 1, sleepMs: 25 }, alarms: { least: 0.95 } },
  'p95-10': { name: 'p95 +10 %', flags: { burn: 1, sleepMs: 22 }, alarms: {} },
  'cpu-5': { name: 'CPU +5 %', flags: { burn: 1.05, sleepMs: 20 }, alarms: {} },
};
const SLEEP_MS = 20;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const percent = (share) => `${(100 * share).toFixed(1)} %`;

const buildOf = ({ burn, sleepMs }) => ({
  url: 'http://127.0.0.1:{{ port }}/mcp',
  server: {
    command: [
      process.execPath,
      here('../e2e/fixtures/mini-server.js'),
      ...['--port', '{{ port }}', '--burn-us', String(Math.round(BURN_US * burn)), '--delay', String(sleepMs)],
    ],
    ready: 'http://127.0.0.1:{{ port }}/health',
  },
});

const scenarioOf = (candidate, { seed, measureS, warmUpS }) => ({
  plimsoll: 1,
  name: 'gate-bench',
  target: { ...buildOf(candidate), protocol: 'legacy' },
  sessions: { count: 8 },
  load: { seed, timeout: '5s', phases: [{ name: 'steady', rate: RATE, for: '30s' }] },
  calls: [{ tool: 'echo', arguments: { message: 'hello {{ seq }}' } }],
  slo: { success: '0%', p95: '5s' },
  gate: {
    baseline: buildOf({ burn: 1, sleepMs: SLEEP_MS }),
    metrics: ['p95', 'success', 'cpu'],
    pairs: { warmUp: `${warmUpS}s`, measure: `${measureS}s`, looks: LOOKS },
    budget: '30m',
  },
});

/** @returns the exit code and `gate` of the result, with what each pair took of plimsoll's own, seconds */
const played = async (candidate, order, flags, say) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-gate-bench-'));
  try {
    const scenario = join(folder, 'scenario.yaml');
    writeFileSync(scenario, JSON.stringify(scenarioOf(candidate, order)));
    const args = ['gate', scenario, ...flags, '--out', join(folder, 'run'), '--no-color'];
    const child = spawn(process.execPath, [here('../../bin/plimsoll.js'), ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    createInterface(child.stderr).on('line', (line) => say(`  ${line}`));
    const [code] = await once(child, 'close');
    const { gate, run } = JSON.parse(readFileSync(join(folder, 'run', 'result.json'), 'utf8'));
    return { code, gate, tookS: run.durationS };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

const startHog = () => {
  const command = canPin ? ['taskset', '-c', '0', process.execPath] : [process.execPath];
  const [program, ...args] = [...command, here('noise-hog.js'), '1'];
  const hog = spawn(program, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  return { stop: () => new Promise((resolve) => hog.once('close', resolve).stdin.end()) };
};

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const sdOf = (gate, name) => gate.metrics.find((metric) => metric.name === name)?.pairSd;

/**
 * @param gates of each cell
 * @param cells names of `CELLS`, separated by commas
 * @returns per cell how its gates ended, a text, and checks [name, reached, actual]
 * @throws Error for a cell that is none
 */
export const gateBench = async ({ gates, cells, measureS, warmUpS, say }) => {
  const wanted = cells.split(',');
  for (const cell of wanted)
    if (CELLS[cell] === undefined) throw new Error(`--gate-cells ${cell}: of ${Object.keys(CELLS).join(', ')}`);
  if (!(gates >= 1)) throw new Error(`--gates ${gates}: a number from 1 on`);
  const hog = startHog();
  try {
    say('--self: the spread of a pair beside the hog');
    const order = { seed: 1, measureS, warmUpS };
    const self = await played(CELLS.aa.flags, order, ['--self'], say);
    const figures = { self: self.gate.metrics, cells: {} };
    const text = [
      `plimsoll gate beside a hog, pairs of ${measureS} s; --self: pair sd p95 ${sdOf(self.gate, 'p95')?.toFixed(3)}, CPU per call ${sdOf(self.gate, 'cpu')?.toFixed(3)}`,
      'cell        worse  pass  open  mean pairs  mean time       p95       CPU  own s a pair (median, most)',
    ];
    const checks = [];
    for (const cell of wanted) {
      const { name, flags, alarms } = CELLS[cell];
      const ended = [];
      for (let at = 0; at < gates; at++) {
        say(`${name}: gate ${at + 1} of ${gates}`);
        ended.push(await played(flags, { ...order, seed: 100 + at }, [], say));
      }
      const count = (...codes) => ended.filter(({ code }) => codes.includes(code)).length;
      const mean = (of) => ended.reduce((sum, one) => sum + of(one), 0) / ended.length;
      const change = (metric) => mean(({ gate }) => (gate.metrics.find((one) => one.name === metric)?.ratio ?? Number.NaN) - 1);
      const own = ended.flatMap(({ gate }) => gate.pairs.map(({ ownS }) => ownS));
      const [worse, pass, open] = [count(4), count(0), count(5)];
      figures.cells[cell] = { gates, worse, pass, open, own, changes: { p95: change('p95'), cpu: change('cpu') } };
      text.push(
        [
          name.padEnd(10),
          String(worse).padStart(6),
          String(pass).padStart(5),
          String(open).padStart(5),
          mean(({ gate }) => gate.pairs.length)
            .toFixed(1)
            .padStart(11),
          `${mean(({ tookS }) => tookS).toFixed(0)} s`.padStart(10),
          percent(change('p95')).padStart(9),
          percent(change('cpu')).padStart(9),
          `  ${median(own).toFixed(2)}, ${Math.max(...own).toFixed(2)}`,
        ].join(' '),
      );
      if (alarms.most !== undefined)
        checks.push([`gates of ${name} that raise an alarm`, worse <= Math.floor(gates * alarms.most), `${worse} of ${gates}`]);
      if (alarms.least !== undefined)
        checks.push([`gates of ${name} that find it`, worse >= Math.ceil(gates * alarms.least), `${worse} of ${gates}`]);
      checks.push([`own time of a pair <= 2 s (${name}, median)`, median(own) <= 2, `${median(own).toFixed(2)} s`]);
    }
    return { figures, checks, text: text.join('\n') };
  } finally {
    await hog.stop();
  }
};
