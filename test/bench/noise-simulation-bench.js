// Verdicts on a disturbed machine against the verdicts of the same seeds on a quiet one, through the code that judges runs.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freezesOf, journalOf, LAW_NAMES, loadOf, simulate } from './noise-queue.js';
import { seeded } from './seeded.js';

const FOR_S = 20;
const MEAN_MS = 40;
const QUANTILE = 0.95;
const FACTORS = [0.5, 0.7, 0.85, 1, 1.15, 1.3, 1.5, 2];
const SLOTS = [1, 4, 16];
/** Rate where no call waits for another. */
const UNLIMITED_PER_S = 100;
const KINDS = { waits: 10, holes: 300 };
const LOADS = [0.15, 0.5, 0.8, 'unlimited'];
const SHARES = [0.02, 0.05, 0.1, 0.2, 0.4];
/** What is disturbed: the server, the one load thread, both at different times, one of two load threads, one of the slots. */
export const PLACES = ['server', 'thread', 'both', 'one-of-two-threads', 'one-slot'];
/** Beside the limits on p95: time-outs, as multiples of the p95, with a limit of 99 % on success. */
const TIMEOUTS = [1, 1.5, 2, 3];
const SUCCESS = 0.99;

export async function judgingCode() {
  const dist = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist');
  const load = (path) => import(join(dist, path));
  const parts = await Promise.all(
    [
      'analysis/noise/disturbance.js',
      'analysis/noise/noise-record.js',
      'analysis/noise/certain-miss.js',
      'analysis/noise/certain-pass.js',
      'journal/interval-recorder.js',
      'journal/latency-histogram.js',
      'statistics/minimum-samples.js',
    ].map(load),
  );
  return Object.assign({}, ...parts);
}

const none = (random) => freezesOf(random, 0, 1, 0);

/** One run: its verdicts, and those of the same seed undisturbed. */
export function runOf(code, { seed, load, share, kind, place, slots, law, arrivals }) {
  const unlimited = load === 'unlimited';
  const ratePerS = unlimited ? UNLIMITED_PER_S : (load * slots * 1000) / MEAN_MS;
  const calls = loadOf({ seed, law, meanMs: MEAN_MS, ratePerS, forS: FOR_S, arrivals });
  const random = seeded(seed ^ 0x5bd1e995);
  const freezes = () => freezesOf(random, share, KINDS[kind], FOR_S * 1000);
  const at = unlimited ? Infinity : slots;
  const serverFreezes =
    place === 'one-slot' && !unlimited
      ? Array.from({ length: slots }, (_, i) => (i === 0 ? freezes() : none(random)))
      : [place === 'server' || place === 'both' || place === 'one-slot' ? freezes() : none(random)];
  const threads = place === 'one-of-two-threads' ? 2 : 1;
  const threadFreezes = Array.from({ length: threads }, (_, i) =>
    i === 0 && place !== 'server' && place !== 'one-slot' ? freezes() : none(random),
  );
  const quiet = simulate(calls, {
    slots: at,
    serverFreezes: [none(random)],
    threadFreezes: threadFreezes.map(() => none(random)),
    jitterMs: 0,
    random,
  });
  const disturbed = simulate(calls, { slots: at, serverFreezes, threadFreezes, jitterMs: 0.2, random });
  const sorted = quiet.map(({ responseUs }) => responseUs).sort((a, b) => a - b);
  const p95Us = sorted[Math.ceil(QUANTILE * sorted.length) - 1];
  const limits = FACTORS.map((factor) => ({ factor, limitUs: Math.round(factor * p95Us) }));
  const facts = { serverFreezes, threadFreezes, keepAboveUs: limits[0].limitUs };
  const noise = disturbanceOf(code, journalOf(code, disturbed, facts));
  const kept = noise.calls(() => true);
  const verdicts = limits.map(({ factor, limitUs }) => ({
    asked: `p95 at ${factor}`,
    truth: truthOf(code, quiet, limitUs, QUANTILE, code.minimumSamples(QUANTILE)),
    said: latencyVerdict(code, disturbed, kept, limitUs),
  }));
  for (const factor of TIMEOUTS) {
    const timeoutUs = Math.round(factor * p95Us);
    const own = disturbanceOf(code, journalOf(code, disturbed, { ...facts, timeoutUs, keepAboveUs: Infinity }));
    verdicts.push({
      asked: `success, time-out at ${factor}`,
      truth: truthOf(code, quiet, timeoutUs, SUCCESS, code.minimumForShare(SUCCESS)),
      said: successVerdict(
        code,
        disturbed,
        own.calls(() => true),
        timeoutUs,
      ),
    });
  }
  return verdicts;
}

function disturbanceOf({ Disturbance, NoiseRecord }, { entries, delays }) {
  const record = new NoiseRecord();
  for (const entry of entries) record.addSecond(entry);
  for (const entry of delays) record.addDelay(entry);
  return new Disturbance(record, [{ id: 0, startS: 0, endS: FOR_S }]);
}

const countOver = (calls, limitUs) => calls.filter(({ responseUs }) => responseUs > limitUs).length;

const truthOf = ({ allowedAbove }, calls, limitUs, quantile, needed) =>
  countOver(calls, limitUs) > allowedAbove(quantile, Math.max(calls.length, needed)) ? 'fail' : 'pass';

function latencyVerdict(code, calls, kept, limitUs) {
  const samples = calls.length;
  const needed = code.minimumSamples(QUANTILE);
  const allowed = code.allowedAbove(QUANTILE, Math.max(samples, needed));
  const above = countOver(calls, limitUs);
  if (above <= allowed) return passOf(code, { quantile: QUANTILE, samples, above, needed });
  const miss = { calls: kept, covered: 'successes', limitUs, allowed, usualOf: () => ({}) };
  return code.isCertainMiss(miss) ? 'fail' : 'doubt';
}

function successVerdict(code, calls, kept, timeoutUs) {
  const samples = calls.length;
  const needed = code.minimumForShare(SUCCESS);
  const allowed = code.allowedAbove(SUCCESS, Math.max(samples, needed));
  const above = countOver(calls, timeoutUs);
  if (above <= allowed) return passOf(code, { quantile: SUCCESS, samples, above, needed });
  const errors = [{ class: 'timeout', count: above }];
  const successes = new code.LatencyHistogram();
  for (const { responseUs } of calls) if (responseUs <= timeoutUs) successes.record(responseUs);
  return code.isCertainSuccessMiss({ calls: kept, errors, allowed, successes, usualOf: () => ({}) }) ? 'fail' : 'doubt';
}

const passOf = (code, met) =>
  code.isCertainPass({ ...met, counts: { offered: met.samples, droppedByGenerator: 0 }, withheldShares: [] }) ? 'pass' : 'doubt';

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

const tally = () => ({ runs: 0, verdicts: 0, wrong: 0, doubt: 0 });
const add = (counts, { truth, said }) => {
  counts.verdicts++;
  if (said === 'doubt') counts.doubt++;
  else if (said !== truth) counts.wrong++;
};
const percent = ({ doubt, verdicts }) => `${((100 * doubt) / Math.max(1, verdicts)).toFixed(1)} %`;

export async function noiseSimulationBench({ runs, say }) {
  const code = await judgingCode();
  const cells = [];
  const by = new Map();
  const note = (key, verdict) => {
    if (!by.has(key)) by.set(key, tally());
    add(by.get(key), verdict);
  };
  const perCell = Math.ceil(runs / (LOADS.length * SHARES.length * 2));
  for (const kind of Object.keys(KINDS)) {
    for (const share of SHARES) {
      for (const load of LOADS) {
        const latency = tally();
        const onLimit = tally();
        const success = tally();
        for (let n = 0; n < perCell; n++) {
          const settings = settingsOf(load, share, kind, n);
          for (const verdict of runOf(code, settings)) {
            add(verdict.asked === 'p95 at 1' ? onLimit : verdict.asked.startsWith('p95') ? latency : success, verdict);
            if (share <= 0.05) note(`${kind} <= 5 %: ${verdict.asked}`, verdict);
            if (share <= 0.1) note(verdict.asked, verdict);
            if (share <= 0.1) note(settings.place, verdict);
            if (share <= 0.1 && settings.load !== 'unlimited') note(`${settings.slots} slots`, verdict);
            if (verdict.said !== 'doubt' && verdict.said !== verdict.truth)
              say(`WRONG ${verdict.asked}: said ${verdict.said}, true ${verdict.truth} ${JSON.stringify(settings)}`);
          }
        }
        cells.push({ kind, share, load, latency, onLimit, success });
        say(
          `${kind} ${share} ${load}: p95 wrong ${latency.wrong} doubt ${percent(latency)}; success wrong ${success.wrong} doubt ${percent(success)}`,
        );
      }
    }
  }
  return { runs: perCell * cells.length, cells, by: Object.fromEntries(by), text: textOf(cells, by) };
}

function textOf(cells, by) {
  const rows = [...new Set(cells.map(({ kind, share }) => `${kind} ${share}`))].map((name) => {
    const own = cells.filter(({ kind, share }) => `${kind} ${share}` === name);
    const { kind, share } = own[0];
    const wrong = own.reduce((sum, { latency, onLimit, success }) => sum + latency.wrong + onLimit.wrong + success.wrong, 0);
    const doubts = own.map(({ latency }) => percent(latency)).join(' | ');
    return `| ${100 * share} % in ${kind} of ${KINDS[kind]} ms | ${wrong} | ${doubts} |`;
  });
  const parts = [...by].map(([key, counts]) => `${key}: wrong ${counts.wrong}, in doubt ${percent(counts)}`);
  return [
    '| delay | wrong | in doubt at utilization 0.15 | 0.5 | 0.8 | unlimited |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...parts,
  ].join('\n');
}
