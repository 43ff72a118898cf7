// Verdicts on a disturbed machine against the verdicts of the same seeds on a quiet one, through the code that judges runs.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freezesOf, journalOf, LAW_NAMES, loadOf, simulate } from './noise-queue.js';
import { seeded } from './seeded.js';

/** Seconds of a run: long enough for a hundred calls of the slowest. */
const FOR_S = 20;
const FOR_S_AT_LOW_RATE = 45;
const MEAN_MS = 40;
/** The latest that a start is on a quiet machine. */
const JITTER_MS = 0.2;
const QUANTILE = 0.95;
const FACTORS = [0.5, 0.7, 0.85, 1, 1.15, 1.3, 1.5, 2];
const ON_LIMIT = 'p95 at 1';
const SLOTS = [1, 4, 16];
/** Rate where no call waits for another. */
const UNLIMITED_PER_S = 100;
const KINDS = { waits: 10, holes: 300 };
const LOADS = [0.15, 0.5, 0.8, 'unlimited'];
const SHARES = [0.02, 0.05, 0.1, 0.2, 0.4];
/** What is disturbed: the server, the one load thread, both at different times, one of two load threads, one of the slots. */
const PLACES = ['server', 'thread', 'both', 'one-of-two-threads', 'one-slot'];
/** Beside the limits on p95: time-outs, as multiples of the p95, with a limit of 99 % on success. */
const TIMEOUTS = [1, 1.5, 2, 3];
const SUCCESS = 0.99;

/** What judges a run, from the build. */
export async function judgingCode() {
  const dist = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist');
  const [{ analyse }, { judge }, { IntervalRecorder }] = await Promise.all(
    ['analysis/analyse.js', 'judge/judge.js', 'journal/interval-recorder.js'].map((path) => import(join(dist, path))),
  );
  return { analyse, judge, IntervalRecorder };
}

/** One run: for each limit what the judge says of it, and the truth, which is what the same seed shows undisturbed. */
export function runOf({ analyse, judge, IntervalRecorder }, { seed, load, share, kind, place, slots, law, arrivals }) {
  const unlimited = load === 'unlimited';
  const ratePerS = unlimited ? UNLIMITED_PER_S : (load * slots * 1000) / MEAN_MS;
  const forS = load === 0.15 ? FOR_S_AT_LOW_RATE : FOR_S;
  const calls = loadOf({ seed, law, meanMs: MEAN_MS, ratePerS, forS, arrivals });
  const random = seeded(seed ^ 0x5bd1e995);
  const frozen = () => freezesOf(random, share, KINDS[kind], forS * 1000);
  const running = () => freezesOf(random, 0, 1, 0);
  const atOnce = unlimited ? Infinity : slots;
  const ofSlot = place === 'one-slot' && !unlimited;
  const serverFreezes = ofSlot
    ? Array.from({ length: slots }, (_, i) => (i === 0 ? frozen() : running()))
    : [place === 'thread' || place === 'one-of-two-threads' ? running() : frozen()];
  const threadFreezes = Array.from({ length: place === 'one-of-two-threads' ? 2 : 1 }, (_, i) =>
    i === 0 && place !== 'server' && place !== 'one-slot' ? frozen() : running(),
  );
  const quiet = simulate(calls, {
    slots: atOnce,
    serverFreezes: [running()],
    threadFreezes: threadFreezes.map(running),
    jitterMs: 0,
    random,
  });
  const disturbed = simulate(calls, { slots: atOnce, serverFreezes, threadFreezes, jitterMs: JITTER_MS, random });
  const sorted = quiet.map(({ responseUs }) => responseUs).sort((a, b) => a - b);
  const p95Us = sorted[Math.ceil(QUANTILE * sorted.length) - 1];
  const facts = { serverFreezes, threadFreezes, forS };
  const keepAboveUs = Math.round(Math.min(...FACTORS) * p95Us);
  const analysis = analyse(journalOf(IntervalRecorder, disturbed, { ...facts, keepAboveUs }));
  const verdicts = FACTORS.map((factor) => {
    const limitUs = Math.round(factor * p95Us);
    const slo = { declared: true, p95Ms: limitUs / 1000, tools: {}, during: {} };
    return { asked: `p95 at ${factor}`, truth: truthOf(quiet, limitUs, QUANTILE), said: saidOf(judge, analysis, slo, 'p95') };
  });
  for (const factor of TIMEOUTS) {
    const timeoutUs = Math.round(factor * p95Us);
    const own = analyse(journalOf(IntervalRecorder, disturbed, { ...facts, timeoutUs, keepAboveUs: Infinity }));
    const slo = { declared: true, success: SUCCESS, tools: {}, during: {} };
    verdicts.push({
      asked: `success, time-out at ${factor}`,
      truth: truthOf(quiet, timeoutUs, SUCCESS),
      said: saidOf(judge, own, slo, 'success'),
    });
    const answered = analyse(journalOf(IntervalRecorder, disturbed, { ...facts, gaveUpUs: timeoutUs, keepAboveUs: Infinity }));
    verdicts.push({
      asked: `success, server's own limit at ${factor}`,
      // The server compares the time itself, not the bucket of a histogram.
      truth: verdictOf(quiet.filter(({ serverUs }) => serverUs > timeoutUs).length, quiet.length, SUCCESS),
      said: saidOf(judge, answered, slo, 'success'),
    });
  }
  return verdicts;
}

/** By counting, and by the bucket of the histogram that holds the limit: a call in it meets the limit (11 bits of a latency are told apart). */
function truthOf(calls, limitUs, share) {
  const width = 2 ** Math.max(0, Math.floor(Math.log2(limitUs)) - 10);
  const above = calls.filter(({ responseUs }) => Math.floor(responseUs / width) > Math.floor(limitUs / width)).length;
  return verdictOf(above, calls.length, share);
}

const verdictOf = (above, calls, share) => (above > Math.floor((1 - share) * calls + 1e-9) ? 'fail' : 'pass');

/** `invalid` is the outcome of a check in doubt. */
const saidOf = (judge, analysis, slo, metric) =>
  judge({ ...analysis, slo }).checks.find((check) => check.metric === metric).outcome;

/** Settings of the n-th run of a cell: places, slots, laws and arrivals take turns. */
export function settingsOf(load, share, kind, n) {
  return {
    seed: 1 + n + 1000 * (LOADS.indexOf(load) + 4 * (SHARES.indexOf(share) + 5 * (kind === 'holes' ? 1 : 0))),
    load,
    share,
    kind,
    place: PLACES[n % PLACES.length],
    slots: SLOTS[Math.floor(n / PLACES.length) % SLOTS.length],
    law: LAW_NAMES[n % LAW_NAMES.length],
    arrivals: n % 2 === 0 ? 'poisson' : 'constant',
  };
}

const tally = () => ({ verdicts: 0, wrong: 0, inDoubt: 0 });
const add = (counts, { truth, said }) => {
  counts.verdicts++;
  if (said === 'invalid') counts.inDoubt++;
  else if (said !== truth) counts.wrong++;
};
const shareInDoubt = ({ inDoubt, verdicts }) => inDoubt / Math.max(1, verdicts);
const percent = (counts) => `${(100 * shareInDoubt(counts)).toFixed(1)} %`;

export async function noiseSimulationBench({ runs, say }) {
  const code = await judgingCode();
  const cells = [];
  const by = new Map();
  const note = (key, verdict) => {
    if (!by.has(key)) by.set(key, tally());
    add(by.get(key), verdict);
  };
  const each = Math.ceil(runs / (LOADS.length * SHARES.length * Object.keys(KINDS).length));
  for (const kind of Object.keys(KINDS)) {
    for (const share of SHARES) {
      for (const load of LOADS) {
        // A limit at the very figure that the machine would show undisturbed is on neither side: told by itself.
        const cell = { kind, share, load, p95: tally(), onLimit: tally(), success: tally() };
        for (let n = 0; n < each; n++) {
          const settings = settingsOf(load, share, kind, n);
          for (const verdict of runOf(code, settings)) {
            const { asked, truth, said } = verdict;
            add(asked === ON_LIMIT ? cell.onLimit : asked.startsWith('p95') ? cell.p95 : cell.success, verdict);
            if (share <= 0.1) for (const key of [asked, settings.place]) note(key, verdict);
            if (said !== 'invalid' && said !== truth)
              say(`WRONG ${asked}: said ${said}, true ${truth} ${JSON.stringify(settings)}`);
          }
        }
        cells.push(cell);
        say(
          `${kind}, ${100 * share} %, utilization ${load}: p95 in doubt ${percent(cell.p95)}, success ${percent(cell.success)}`,
        );
      }
    }
  }
  const quietEnough = cells.filter(({ kind, share, load }) => kind === 'waits' && share <= 0.05 && load <= 0.5);
  return {
    runs: each * cells.length,
    cells,
    by: Object.fromEntries(by),
    wrong: cells.reduce((sum, cell) => sum + wrongOf(cell), 0),
    mostInDoubt: Math.max(...quietEnough.map(({ p95 }) => shareInDoubt(p95))),
    text: textOf(cells, by),
  };
}

const wrongOf = ({ p95, onLimit, success }) => p95.wrong + onLimit.wrong + success.wrong;

function textOf(cells, by) {
  const rows = [...new Set(cells.map(({ kind, share }) => `${kind} ${share}`))].map((name) => {
    const own = cells.filter(({ kind, share }) => `${kind} ${share}` === name);
    const [{ kind, share }] = own;
    const doubts = (part) => own.map((cell) => percent(cell[part])).join(' | ');
    const wrong = own.reduce((sum, cell) => sum + wrongOf(cell), 0);
    return `| ${100 * share} % in ${kind} of ${KINDS[kind]} ms | ${wrong} | ${doubts('p95')} | ${doubts('success')} |`;
  });
  const loads = LOADS.map((load) => `p95 ${load}`).concat(LOADS.map((load) => `success ${load}`));
  return [
    `| delay | wrong | in doubt: ${loads.join(' | ')} |`,
    `| ${['---', '---', ...loads.map(() => '---')].join(' | ')} |`,
    ...rows,
    '',
    'up to 10 % of delay:',
    ...[...by].map(([key, counts]) => `  ${key}: wrong ${counts.wrong}, in doubt ${percent(counts)}`),
  ].join('\n');
}
