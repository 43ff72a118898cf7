// A bare open loop: constant arrivals on an absolute schedule, held by the same micro-sleep start as plimsoll's, and nothing else done.
import { undiciCaller } from '../undici-caller.js';

const { url, slots, rate, warmUpMs, measureMs } = JSON.parse(process.argv[2]);
const { call, close } = undiciCaller(url, slots);
const cell = new Int32Array(new SharedArrayBuffer(4));
const total = Math.round((rate * (warmUpMs + measureMs)) / 1000);
const firstCounted = Math.round((rate * warmUpMs) / 1000);
const lateness = new Float64Array(total - firstCounted);
const originMs = performance.now() + 20;
const dueAtMs = (i) => originMs + (i * 1000) / rate;
let next = 0;
let ended = 0;
let failed = 0;
let dropped = 0;
let inFlight = 0;
let cpuBefore = process.cpuUsage();
let allEnded;
const finished = new Promise((resolve) => {
  allEnded = resolve;
});

const over = () => {
  if (next >= total && inFlight === 0) allEnded();
};
const done = (ok) => {
  inFlight -= 1;
  ended += 1;
  if (!ok) failed += 1;
  over();
};
const start = (i, nowMs) => {
  if (i === firstCounted) cpuBefore = process.cpuUsage();
  if (i >= firstCounted) lateness[i - firstCounted] = nowMs - dueAtMs(i);
  if (inFlight >= slots) {
    dropped += 1;
    return;
  }
  inFlight += 1;
  call(done);
};
const step = () => {
  for (;;) {
    const nowMs = performance.now();
    if (next >= total || dueAtMs(next) > nowMs) break;
    start(next++, nowMs);
  }
  if (next >= total) return over();
  const leftMs = dueAtMs(next) - performance.now();
  if (leftMs > 2) return void setTimeout(step, Math.floor(leftMs - 2) || 1);
  if (leftMs > 0) Atomics.wait(cell, 0, 0, Math.min(leftMs, 0.02));
  setImmediate(step);
};

step();
await finished;
const cpu = process.cpuUsage(cpuBefore);
await close();
lateness.sort();
const quantile = (q) => lateness[Math.min(lateness.length - 1, Math.ceil(q * lateness.length) - 1)];
process.stdout.write(
  `${JSON.stringify({
    offered: total,
    ended,
    failed,
    dropped,
    latenessMs: { p50: quantile(0.5), p99: quantile(0.99), max: lateness.at(-1) },
    cpuUsPerCall: (cpu.user + cpu.system) / (total - firstCounted),
  })}\n`,
);
