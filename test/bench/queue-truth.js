// The capacity that a queue really has: the long-run rate at which a quantile of response time crosses its limit, by simulating the queue
// itself. It knows nothing of the search and shares no code with it.
import { seeded } from './seeded.js';

const CALLS = 1_000_000;
const RUNS = 5;
const PRECISION = 1e-4;

/** Draws of one long run: the same for every rate, so that the share over the limit only ever rises with the rate. */
const drawsOf = (serviceMs, seed) => {
  const random = seeded(seed);
  const gaps = new Float64Array(CALLS);
  const services = new Float64Array(CALLS);
  for (let i = 0; i < CALLS; i++) {
    gaps[i] = -Math.log(1 - random());
    services[i] = serviceMs(random);
  }
  return { gaps, services };
};

/** Share of the calls that take longer than `limitMs`, first come, first served by `slots`. */
const shareOver = ({ gaps, services }, slots, ratePerMs, limitMs) => {
  const free = new Float64Array(slots);
  let nowMs = 0;
  let over = 0;
  for (let i = 0; i < CALLS; i++) {
    nowMs += gaps[i] / ratePerMs;
    let first = 0;
    for (let slot = 1; slot < slots; slot++) if (free[slot] < free[first]) first = slot;
    const endMs = Math.max(nowMs, free[first]) + services[i];
    free[first] = endMs;
    if (endMs - nowMs > limitMs) over++;
  }
  return over / CALLS;
};

/**
 * @param serviceMs draws one service time, given a source of uniform numbers
 * @returns calls/s { rate, low, high } of Poisson arrivals: the mean of independent runs of a million calls, and the least and most of them
 */
export const queueTruth = ({ slots, serviceMs, quantile, limitMs }) => {
  const rates = Array.from({ length: RUNS }, (_, run) => {
    const draws = drawsOf(serviceMs, 7919 * (run + 1));
    const meanMs = draws.services.reduce((sum, ms) => sum + ms, 0) / CALLS;
    let low = 0;
    let high = (1.2 * slots) / meanMs;
    while (high - low > PRECISION * high) {
      const rate = (low + high) / 2;
      if (shareOver(draws, slots, rate, limitMs) > 1 - quantile) high = rate;
      else low = rate;
    }
    return 500 * (low + high);
  });
  return { rate: rates.reduce((sum, rate) => sum + rate, 0) / RUNS, low: Math.min(...rates), high: Math.max(...rates) };
};

/** One service time of those measured, each as likely. */
export const drawnFrom = (timesMs) => (random) => timesMs[Math.floor(random() * timesMs.length)];

/** P(response time > t) of M/M/c, none of it simulated: waits by Erlang C (Kleinrock, Queueing Systems vol. 1, 3.5), plus the service. */
const mmcOver = (slots, ratePerMs, meanMs, limitMs) => {
  const offered = ratePerMs * meanMs;
  let blocked = 1;
  for (let k = 1; k <= slots; k++) blocked = (offered * blocked) / (k + offered * blocked);
  const waits = blocked / (1 - (offered / slots) * (1 - blocked));
  const leave = 1 / meanMs;
  const drain = slots * leave - ratePerMs;
  const both = (drain * Math.exp(-leave * limitMs) - leave * Math.exp(-drain * limitMs)) / (drain - leave);
  return (1 - waits) * Math.exp(-leave * limitMs) + waits * both;
};

/** The simulation against what is known without it. @throws Error when it is off by more than 1 % */
export const checkTruth = () => {
  const exponential = { slots: 4, serviceMs: (random) => -20 * Math.log(1 - random()), quantile: 0.95, limitMs: 100 };
  let low = 0;
  let high = 0.1999;
  while (high - low > 1e-7) {
    const rate = (low + high) / 2;
    if (mmcOver(4, rate, 20, 100) > 0.05) high = rate;
    else low = rate;
  }
  // Evenly long service in four slots: 177.6/s, known from many millions of calls of another simulation (docs/capacity.md).
  const cases = [
    { name: 'M/M/4 by formula', known: 1000 * low, question: exponential },
    { name: 'M/D/4', known: 177.6, question: { slots: 4, serviceMs: () => 20, quantile: 0.95, limitMs: 80 } },
  ];
  return cases.map(({ name, known, question }) => {
    const { rate } = queueTruth(question);
    if (Math.abs(rate / known - 1) > 0.01) throw new Error(`${name}: ${known}/s, simulated ${rate}/s`);
    return `${name} ${known.toFixed(1)}/s, simulated ${rate.toFixed(1)}/s`;
  });
};
