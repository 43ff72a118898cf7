// A queue whose machine is disturbed in a known way, and the journal that load threads would have written about it. The same seed without the
// disturbance is the truth. It shares no code with what judges it.
import { seeded } from './seeded.js';

const SLOT_MS = 100;
const GRID_MS = 10;
const TICK_MS = 10;
/** Over all load threads. */
const KEPT_A_SECOND = 500;

/** Times at which something does not run: disjoint, in order. */
class Freezes {
  constructor(spans) {
    this.spans = spans;
    this.before = [];
    let sum = 0;
    for (const [from, to] of spans) {
      this.before.push(sum);
      sum += to - from;
    }
    this.total = sum;
  }

  /** Milliseconds run by a time. */
  runBy(atMs) {
    const i = this.#lastFrom(atMs);
    if (i < 0) return atMs;
    const [from, to] = this.spans[i];
    return atMs - this.before[i] - (Math.min(atMs, to) - from);
  }

  /** The first time by which so many milliseconds have run. */
  timeOf(runMs) {
    let low = 0;
    let high = this.spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.spans[middle][0] - this.before[middle] < runMs) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? runMs : runMs + this.before[low - 1] + this.spans[low - 1][1] - this.spans[low - 1][0];
  }

  /** When something that is wanted at a time is done. */
  after(atMs) {
    const i = this.#lastFrom(atMs);
    return i >= 0 && atMs < this.spans[i][1] ? this.spans[i][1] : atMs;
  }

  #lastFrom(atMs) {
    let low = 0;
    let high = this.spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.spans[middle][0] <= atMs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** Freezes of one length at random times that take a share of the time. */
export function freezesOf(random, share, lengthMs, forMs) {
  const spans = [];
  if (share > 0) {
    const meanGapMs = (lengthMs * (1 - share)) / share;
    for (let at = -Math.log(1 - random()) * meanGapMs; at < forMs; ) {
      spans.push([at, at + lengthMs]);
      at += lengthMs - Math.log(1 - random()) * meanGapMs;
    }
  }
  return new Freezes(spans);
}

const normal = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Service times of mean 1. */
const LAWS = {
  'log-normal': (random) => Math.exp(0.6 * normal(random) - 0.18),
  exponential: (random) => -Math.log(1 - random()),
  even: (random) => 0.9 + 0.2 * random(),
};
export const LAW_NAMES = Object.keys(LAWS);

/** What is due when, and how long it takes: the same for the same seed, however disturbed. */
export function loadOf({ seed, law, meanMs, ratePerS, forS, arrivals }) {
  const random = seeded(seed);
  const dueMs = [];
  const serviceMs = [];
  for (let at = 500 / ratePerS; at < forS * 1000; ) {
    dueMs.push(at);
    serviceMs.push(meanMs * LAWS[law](random));
    at += (1000 / ratePerS) * (arrivals === 'poisson' ? -Math.log(1 - random()) : 1);
  }
  return { dueMs, serviceMs };
}

/**
 * Calls served first come, first served.
 * @param slots how many at once; Infinity: no call waits for another
 * @param serverFreezes one for the whole server, or one for each slot
 * @param threadFreezes one for each load thread, which take calls in turn
 */
export function simulate({ dueMs, serviceMs }, { slots, serverFreezes, threadFreezes, jitterMs, random }) {
  const threads = threadFreezes.length;
  // A thread starts its calls in the order in which they are due.
  const lastMs = new Float64Array(threads);
  const calls = dueMs.map((due, i) => {
    const worker = i % threads;
    lastMs[worker] = threadFreezes[worker].after(Math.max(lastMs[worker], due + jitterMs * random()));
    return { due, worker, startMs: lastMs[worker], serviceMs: serviceMs[i] };
  });
  const free = slots === Infinity ? undefined : new Float64Array(slots);
  for (const call of [...calls].sort((a, b) => a.startMs - b.startMs)) {
    let slot = 0;
    if (free !== undefined) for (let i = 1; i < slots; i++) if (free[i] < free[slot]) slot = i;
    const freezes = serverFreezes[slot % serverFreezes.length];
    const beginMs = free === undefined ? call.startMs : Math.max(call.startMs, free[slot]);
    const doneMs = freezes.timeOf(freezes.runBy(beginMs) + call.serviceMs);
    if (free !== undefined) free[slot] = doneMs;
    call.serverUs = Math.round((doneMs - call.startMs) * 1000);
    call.endMs = threadFreezes[call.worker].after(doneMs);
    call.responseUs = Math.round((call.endMs - call.due) * 1000);
  }
  return calls;
}

/**
 * The journal that load threads and the sampler of delays write about it.
 * @param IntervalRecorder what counts the latencies of a second
 * @param keepAboveUs the smallest limit: successes that took longer are kept one by one
 * @param timeoutUs calls that take longer fail then
 * @param gaveUpUs a time limit of the server's own: it answers calls that take it longer with a failure then
 */
export function journalOf(
  IntervalRecorder,
  calls,
  { serverFreezes, threadFreezes, forS, keepAboveUs, timeoutUs = Infinity, gaveUpUs = Infinity },
) {
  const seconds = Math.max(forS, Math.ceil(Math.max(...calls.map(({ endMs }) => endMs)) / 1000)) + 1;
  const threads = threadFreezes.length;
  const books = Array.from({ length: seconds * threads }, (_, i) => ({
    entry: {
      type: 'second',
      t: Math.floor(i / threads),
      worker: i % threads,
      inFlight: 0,
      generator: { inFlightAt: new Array(1000 / GRID_MS).fill(0), gaps: [] },
      slow: [],
      slowMore: 0,
    },
    cell: { cell: 0, offered: 0, started: 0, ok: 0, failed: 0 },
    response: new IntervalRecorder(),
    lateness: new IntervalRecorder(),
  }));
  const bookOf = (atMs, worker) => books[Math.min(seconds - 1, Math.floor(atMs / 1000)) * threads + worker];
  threadFreezes.forEach((freezes, worker) => {
    const dueMs = calls.filter((call) => call.worker === worker).map(({ due }) => due);
    for (const [from, to, owed] of gapsSeen(freezes, dueMs, seconds * 1000 - 1))
      bookOf(to, worker).entry.generator.gaps.push(owed ? [from, to - from] : [from, to - from, 0]);
  });
  for (const { due, worker, startMs, endMs, responseUs, serverUs } of calls) {
    const gaveUp = serverUs > gaveUpUs;
    const failed = gaveUp || responseUs > timeoutUs;
    const failure = gaveUp ? 'tool-error' : 'timeout';
    const saidMs = gaveUp ? threadFreezes[worker].after(startMs + gaveUpUs / 1000) : due + timeoutUs / 1000;
    const goneMs = failed ? saidMs : endMs;
    const latenessUs = Math.round((startMs - due) * 1000);
    bookOf(due, worker).cell.offered++;
    bookOf(startMs, worker).cell.started++;
    bookOf(startMs, worker).lateness.record(latenessUs);
    for (let i = Math.ceil(startMs / GRID_MS); i * GRID_MS < goneMs; i++)
      bookOf(i * GRID_MS, worker).entry.generator.inFlightAt[i % (1000 / GRID_MS)]++;
    const { entry, cell, response } = bookOf(goneMs, worker);
    if (failed) {
      cell.failed++;
      cell.errors = { [failure]: cell.failed };
    } else {
      cell.ok++;
      response.record(responseUs);
    }
    if (!failed && responseUs <= keepAboveUs) continue;
    const call = [0, due, failed ? Math.round((goneMs - due) * 1000) : responseUs, latenessUs];
    if (entry.slow.length < KEPT_A_SECOND / threads) entry.slow.push(failed ? [...call, failure] : call);
    else entry.slowMore++;
  }
  const entries = books.map(({ entry, cell, response, lateness }) => {
    const [responses, late] = [response.take(), lateness.take()];
    return {
      ...entry,
      inFlight: entry.generator.inFlightAt.reduce((sum, n) => sum + n, 0) / (1000 / GRID_MS),
      generator: { ...entry.generator, ...(late === undefined ? {} : { lateness: late }) },
      cells: [responses === undefined ? cell : { ...cell, response: responses }],
    };
  });
  const segment = { id: 0, name: 'steady', phase: 'steady', kind: 'steady', startS: 0, endS: forS, faults: [] };
  return [
    {
      type: 'start',
      schema: 'plimsoll.journal/1',
      runId: 'simulated',
      version: '0.0.0',
      startedAt: '2026-01-01T00:00:00.000Z',
      scenario: { name: 'simulated' },
      scenarioHash: 'simulated',
      labels: {},
      host: {},
      target: {},
      timeline: [segment],
      workers: threads,
      timeoutMs: Math.min(timeoutUs / 1000, 60_000),
      slo: { declared: true, p95Ms: keepAboveUs / 1000, tools: {}, during: {} },
    },
    { type: 'cell', id: 0, tool: 'simulated', endpoint: 'http://127.0.0.1:1/mcp', segment: 0 },
    ...entries,
    ...delaysOf(calls, serverFreezes, seconds),
    { type: 'end', t: seconds, reason: 'completed' },
  ];
}

/**
 * Gaps as the loop of a load thread sees them: a turn is due 2 ms before the next start, and every 10 ms, and it comes late when the thread
 * does not run; whether a start was due in it is told too. What was read meanwhile, before the turn was due, shows in no gap.
 */
function gapsSeen(freezes, dueMs, untilMs) {
  if (freezes.spans.length === 0) return [];
  const gaps = [];
  let next = 0;
  for (let nowMs = 0; nowMs < untilMs; ) {
    while (next < dueMs.length && dueMs[next] <= nowMs) next++;
    const leftMs = (dueMs[next] ?? Infinity) - nowMs;
    const timed = leftMs > 2;
    const askedMs = nowMs + (timed ? Math.min(10, Math.max(1, Math.floor(leftMs - 2))) : leftMs);
    const enteredMs = freezes.after(askedMs);
    const seenFromMs = timed ? askedMs + 1 : askedMs;
    if (enteredMs - seenFromMs > (timed ? 0.25 : 1)) gaps.push([seenFromMs, enteredMs, dueMs[next] < enteredMs]);
    nowMs = Math.max(enteredMs, nowMs + 0.02);
  }
  return gaps;
}

/**
 * Slots of the sampler. The scheduler counts a wait when it ends, and only of a server that has something to do; the machine counts the
 * others in whole ticks.
 */
function delaysOf(calls, serverFreezes, seconds) {
  const slots = seconds * (1000 / SLOT_MS);
  const waitedMs = new Float64Array(slots);
  const othersMs = new Float64Array(slots);
  const starts = calls.map(({ startMs }) => startMs).sort((a, b) => a - b);
  const ends = calls.map(({ endMs }) => endMs).sort((a, b) => a - b);
  const through = (sorted, atMs) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle] <= atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  for (const { spans } of serverFreezes) {
    for (const [from, to] of spans) {
      if (to >= seconds * 1000) continue;
      const begun = through(starts, from);
      const busyFrom = begun > through(ends, from) ? from : Math.max(from, starts[begun] ?? Infinity);
      if (busyFrom < to) waitedMs[Math.floor(to / SLOT_MS)] += to - busyFrom;
      for (let at = from; at < to; ) {
        const slot = Math.floor(at / SLOT_MS + 1e-9);
        const until = Math.min(to, (slot + 1) * SLOT_MS);
        othersMs[slot] += until - at;
        at = until;
      }
    }
  }
  let ran = 0;
  let counted = 0;
  const all = Array.from(waitedMs, (waited, i) => {
    ran += othersMs[i];
    const ticks = Math.floor(ran / TICK_MS) * TICK_MS - counted;
    counted += ticks;
    return [i * SLOT_MS, SLOT_MS, Math.round(waited * 1000), ticks * 1000];
  });
  return [{ type: 'delay', t: 0, view: 'run-delay', slots: all }];
}
