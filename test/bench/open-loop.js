// Rates held and lateness of starts in the open model, against a bare undici loop with the same micro-sleep start.
import { median, table } from './medians.js';
import { runClient } from './process-of.js';

const SLOTS = 1000;
const run = (file, url, rate, seconds) =>
  runClient(`contenders/${file}.js`, { url, slots: SLOTS, rate: Math.round(rate), warmUpMs: 1000, measureMs: seconds * 1000 });

/**
 * A rate is held when no start was dropped and the median start was on time: beyond its limit a loop falls behind for good, and half of its
 * starts are late. A pause of the machine shows in p99 alone, and says nothing about the rate.
 */
const held = (reading) => reading.dropped === 0 && (reading.droppedByGenerator ?? 0) === 0 && reading.latenessMs.p50 < 5;

/** Two good readings of three at most. */
const twoOfThree = async (reading) => {
  let good = 0;
  for (let attempt = 0; attempt < 3 && good < 2 && attempt - good < 2; attempt++) if (await reading()) good += 1;
  return good === 2;
};

/** The highest of a ladder of rates that the bare loop holds. */
const bareLimit = async (url, ceiling, say) => {
  for (const share of [0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5, 0.4, 0.3]) {
    const rate = share * ceiling;
    const good = await twoOfThree(async () => held(await run('undici-open', url, rate, 2)));
    say(`bare loop at ${Math.round(rate)}/s (${share} of the ceiling): ${good ? 'held' : 'not held'}`);
    if (good) return rate;
  }
  return 0;
};

const holds = (url, rate, seconds, say) =>
  twoOfThree(async () => {
    const reading = await run('plimsoll-open', url, rate, seconds);
    const { dropped, droppedByGenerator, latenessMs } = reading;
    say(
      `plimsoll at ${Math.round(rate)}/s: dropped ${dropped} + ${droppedByGenerator}, lateness p50 ${latenessMs.p50.toFixed(2)}, p99 ${latenessMs.p99.toFixed(2)} ms`,
    );
    return held(reading);
  });

export const openLoopBench = async ({ url, ceiling, passes, seconds, say }) => {
  const half = await holds(url, ceiling / 2, seconds, say);
  const limit = await bareLimit(url, ceiling, say);
  const ninety = limit > 0 && (await holds(url, 0.9 * limit, seconds, say));
  const lateness = {};
  for (const rate of [1000, 10_000]) {
    const readings = { plimsoll: [], bare: [] };
    for (let pass = 0; pass < passes; pass++) {
      readings.plimsoll.push((await run('plimsoll-open', url, rate, seconds)).latenessMs);
      readings.bare.push((await run('undici-open', url, rate, seconds)).latenessMs);
      say(
        `lateness p50 at ${rate}/s: plimsoll ${readings.plimsoll.at(-1).p50.toFixed(3)}, bare ${readings.bare.at(-1).p50.toFixed(3)} ms`,
      );
    }
    const of = (who, quantile) => median(readings[who].map((reading) => reading[quantile]));
    lateness[rate] = {
      plimsollP50: of('plimsoll', 'p50'),
      plimsollP99: of('plimsoll', 'p99'),
      bareP50: of('bare', 'p50'),
      bareP99: of('bare', 'p99'),
    };
  }
  const rows = Object.entries(lateness).map(([rate, l]) => [
    `${rate}/s`,
    ...[l.plimsollP50, l.plimsollP99, l.bareP50, l.bareP99].map((ms) => ms.toFixed(3)),
  ]);
  return {
    text: table([['lateness of starts, ms', 'plimsoll p50', 'p99', 'bare loop p50', 'p99'], ...rows]),
    halfCeiling: { rate: ceiling / 2, held: half },
    ninetyOfBare: { bareLimit: limit, rate: 0.9 * limit, held: ninety },
    lateness,
  };
};
