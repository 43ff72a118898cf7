// Whether verdicts stand on a noisy machine: whole runs of plimsoll under disturbances that are made on purpose, against servers whose verdict
// is known. A doubt is no wrong verdict; anything else than the expected exit code is.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { halfACore } from './half-a-core.js';
import { table } from './medians.js';
import { seeded } from './seeded.js';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const BIN = here('../../bin/plimsoll.js');

const MEDIAN_MS = 60;
const P95_MS = 150;
const RATE_PER_S = 50;
/** Share of the law's own p95 -> the verdict that is true. */
const LIMITS = [
  { share: 0.7, expected: 3 },
  { share: 1.4, expected: 0 },
];
const STOP_MS = 300;
/** Most of a cell that may be in doubt under hogs: 3 of 20. */
const DOUBT_UNDER_HOGS = 0.15;
/** Least of the runs of the README that must end as it says: 19 of 20. */
const RIGHT_FIRST_RUNS = 0.95;

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const lawScenario = (port, seed, limitMs, seconds) => `plimsoll: 1
name: noise
target:
  url: http://127.0.0.1:${port}/mcp
  protocol: legacy
  preflight: schema
  server:
    command: [${JSON.stringify(process.execPath)}, ${JSON.stringify(here('law-server.js'))}, "${port}", "${MEDIAN_MS}", "${P95_MS}", "${seed}"]
    ready: http://127.0.0.1:${port}/
load:
  seed: ${seed}
  arrivals: poisson
  timeout: 5s
  phases:
    - { name: warm-up, rate: ${RATE_PER_S}/s, for: 1s, warmUp: true }
    - { name: steady, rate: ${RATE_PER_S}/s, for: ${seconds}s }
calls: [ { tool: work, arguments: {} } ]
slo: { success: 99%, p95: ${limitMs}ms }
`;

/** The scenarios of the README but for ports and length: the same rates, the same fault for four seconds. */
const SHORTER = {
  'rate: 20/s, for: 3s': 'rate: 20/s, for: 1s',
  'rate: 50/s, for: 25s': 'rate: 50/s, for: 11s',
  'rate: 150/s, for: 5s': 'rate: 150/s, for: 2s',
  'at: 8s, for: 8s': 'at: 3s, for: 4s',
  'within: 5s': 'within: 3s',
};

async function shippedScenario(name, whole) {
  const ports = { 3001: await freePort(), 15433: await freePort(), 15432: await freePort() };
  let text = readFileSync(here(`../../scenarios/${name}.yaml`), 'utf8');
  for (const [from, to] of Object.entries({ ...ports, ...(whole ? {} : SHORTER) })) {
    if (!text.includes(from)) throw new Error(`scenarios/${name}.yaml does not hold ${from}`);
    text = text.replaceAll(from, String(to));
  }
  return text;
}

/** As many as there are cores. */
function startHogs() {
  const hogs = cpus().map((_, index) =>
    spawn(process.execPath, [here('noise-hog.js'), String(index + 1)], { stdio: ['pipe', 'ignore', 'inherit'] }),
  );
  return { stop: () => Promise.all(hogs.map((hog) => new Promise((resolve) => hog.once('close', resolve).stdin.end()))) };
}

/** One run. `atLoad` is told the pid when the load has begun. @returns exit code, seconds, and what the result says */
async function oneRun(folder, scenario, { wrap = (command) => command, atLoad = () => {} }) {
  const dir = mkdtempSync(join(folder, 'run-'));
  const file = join(dir, 'scenario.yaml');
  const out = join(dir, 'out');
  writeFileSync(file, scenario);
  const startedMs = performance.now();
  const [command, ...args] = wrap([process.execPath, BIN, 'run', file, '--out', out, '--wait-quiet', '0']);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    const before = said.includes('load starts');
    said = (said + text).slice(-20_000);
    if (!before && said.includes('load starts')) atLoad(child.pid);
  });
  const code = await new Promise((resolve) => child.once('close', (exit, signal) => resolve(exit ?? signal)));
  const seconds = (performance.now() - startedMs) / 1000;
  let result;
  try {
    result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
  } catch {
    return { code, seconds, why: said.trim().split('\n').slice(-3).join(' / ') };
  }
  const { verdict, validity } = result;
  const open = verdict.checks
    .filter(({ outcome }) => outcome === verdict.outcome)
    .map(({ scope, evidence }) => `${scope}: ${evidence}`);
  const why = [...(open.length === 0 ? [verdict.summary] : open.slice(0, 2)), ...validity.reasons.slice(0, 2)].join(' | ');
  rmSync(dir, { recursive: true, force: true });
  return { code, seconds, outcome: verdict.outcome, why, disturbed: validity.disturbed };
}

/** Stops the process for a while, once, at a time of the load that the seed draws. */
const stopOnce = (seed, seconds) => (pid) => {
  setTimeout(
    () => {
      try {
        process.kill(pid, 'SIGSTOP');
        setTimeout(() => process.kill(pid, 'SIGCONT'), STOP_MS);
      } catch {
        // It has ended meanwhile, and says so by its exit code.
      }
    },
    (1.5 + (seconds - 1.5) * seeded(seed)()) * 1000,
  );
};

const NAMES = {
  quiet: 'nothing on purpose',
  hogs: 'hogs on every core',
  stop: 'plimsoll stopped for 0.3 s',
  cgroup: 'half a core',
};

/** The cells of the bench, each with what makes one run. */
function cellsOf(wanted, seconds, whole, half) {
  const law = wanted
    .filter((name) => name !== 'first-run')
    .flatMap((name) =>
      LIMITS.map(({ share, expected }) => ({
        disturbance: name,
        name: `${NAMES[name]}, limit ${share} x p95`,
        expected,
        scenario: async (seed) => lawScenario(await freePort(), seed, Math.round(share * P95_MS), seconds),
        options: (seed) => ({
          ...(name === 'stop' ? { atLoad: stopOnce(seed, seconds) } : {}),
          ...(name === 'cgroup' ? { wrap: half.wrap } : {}),
        }),
      })),
    );
  const shipped = [
    { file: 'first-run', expected: 3 },
    { file: 'first-run-hardened', expected: 0 },
  ].map(({ file, expected }) => ({
    disturbance: 'first-run',
    name: `${file}, ${NAMES.hogs}`,
    expected,
    scenario: () => shippedScenario(file, whole),
    options: () => ({}),
  }));
  return [...law, ...(wanted.includes('first-run') ? shipped : [])];
}

/**
 * @param cells which disturbances: quiet, hogs, stop, cgroup, first-run
 * @param runs of each cell
 * @param seconds of steady load of a run against the law server
 * @param whole the scenarios of the README in full length
 */
export async function noiseBench({ cells, runs, seconds, whole, say }) {
  const unknown = cells.filter((name) => name !== 'first-run' && NAMES[name] === undefined);
  if (unknown.length > 0)
    throw new Error(`no such cells: ${unknown.join(', ')}; there are ${Object.keys(NAMES).join(', ')}, first-run`);
  const half = cells.includes('cgroup') ? halfACore() : undefined;
  if (half?.skipped !== undefined) say(`noise: ${NAMES.cgroup} is skipped: ${half.skipped}`);
  const wanted = cells.filter((name) => name !== 'cgroup' || half?.skipped === undefined);
  const all = cellsOf(wanted, seconds, whole, half);
  const perRunS = (cell) => (cell.disturbance === 'first-run' ? (whole ? 42 : 21) : seconds + 4);
  say(
    `noise: ${all.length} cells of ${runs} runs, about ${Math.ceil((runs * all.reduce((sum, cell) => sum + perRunS(cell), 0)) / 60)} min`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-noise-'));
  const figures = [];
  try {
    for (const cell of all) {
      const hogs = ['hogs', 'first-run'].includes(cell.disturbance) ? startHogs() : undefined;
      const ended = [];
      try {
        for (let run = 0; run < runs; run++) {
          const seed = 1 + run;
          ended.push(await oneRun(folder, await cell.scenario(seed), cell.options(seed)));
          const { code, seconds: tookS, why } = ended.at(-1);
          say(
            `noise: ${cell.name}: run ${run + 1} of ${runs}: ${code} in ${tookS.toFixed(1)} s${code === cell.expected ? '' : `: ${why}`}`,
          );
        }
      } finally {
        await hogs?.stop();
      }
      figures.push(figuresOf(cell, ended));
    }
  } finally {
    half?.remove?.();
    rmSync(folder, { recursive: true, force: true });
  }
  return { figures, skipped: half?.skipped, text: textOf(figures) };
}

function figuresOf({ name, disturbance, expected }, ended) {
  const right = ended.filter(({ code }) => code === expected).length;
  const doubts = ended.filter(({ code, outcome }) => code !== expected && code === 5 && outcome === 'invalid');
  const wrong = ended.filter((run) => run.code !== expected && !doubts.includes(run));
  return {
    name,
    disturbance,
    expected,
    runs: ended.length,
    right,
    inDoubt: doubts.length,
    wrong: wrong.length,
    doubts: doubts.map(({ why }) => why),
    wrongs: wrong.map(({ code, why }) => `${code}: ${why}`),
    meanS: ended.reduce((sum, { seconds }) => sum + seconds, 0) / ended.length,
    disturbed: ended.map(({ disturbed }) => disturbed).filter((one) => one !== undefined),
  };
}

function textOf(figures) {
  const rows = figures.map(({ name, expected, right, inDoubt, wrong, meanS }) => [
    name,
    expected,
    right,
    inDoubt,
    wrong,
    meanS.toFixed(1),
  ]);
  const reasons = figures.flatMap(({ name, doubts, wrongs }) => [
    ...counted(wrongs).map((text) => `WRONG     ${name}: ${text}`),
    ...counted(doubts).map((text) => `in doubt  ${name}: ${text}`),
  ]);
  return [table([['cell', 'expected', 'right', 'in doubt', 'wrong', 's a run'], ...rows]), '', ...reasons].join('\n');
}

/** Reasons with their figures taken out, each once with how often. */
function counted(texts) {
  const kinds = new Map();
  for (const text of texts) {
    const kind = text.replace(/\d+(\.\d+)?/g, '#');
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, { text, count: 1 });
    else known.count++;
  }
  return [...kinds.values()].map(({ text, count }) => `${count} x, for instance ${text}`);
}

/** What has to be reached. */
export function noiseChecks({ figures }) {
  const checks = [];
  for (const { name, disturbance, runs, right, inDoubt, wrong } of figures) {
    const actual = `${right} right, ${inDoubt} in doubt, ${wrong} wrong of ${runs}`;
    checks.push([`no wrong verdict: ${name}`, wrong === 0, actual]);
    if (disturbance === 'hogs') checks.push([`at most 3 of 20 in doubt: ${name}`, inDoubt <= DOUBT_UNDER_HOGS * runs, actual]);
    if (disturbance === 'first-run') checks.push([`right in 19 of 20: ${name}`, right >= RIGHT_FIRST_RUNS * runs, actual]);
  }
  return checks;
}
