// Calls over stdio: the SDK client, plimsoll and the limit of the server process itself, interleaved.
import { median } from './medians.js';
import { canPin, runClient } from './process-of.js';

const KINDS = ['sdk', 'plimsoll', 'bare'];

/** Medians of calls per second and CPU per call, and what the requirement compares. */
export const stdioBench = async ({ passes, seconds, say }) => {
  const readings = Object.fromEntries(KINDS.map((kind) => [kind, []]));
  for (let pass = 0; pass < passes; pass += 1) {
    for (const kind of KINDS) {
      const options = { kind, slots: 50, warmUpMs: 1500, measureMs: seconds * 1000, pin: canPin };
      const reading = await runClient('contenders/stdio-client.js', options);
      if (reading.failed > 0) throw new Error(`${kind}: ${reading.failed} of ${reading.calls} calls failed`);
      readings[kind].push(reading);
      say(`stdio ${kind}: ${Math.round(reading.callsPerS)}/s, ${reading.cpuUsPerCall.toFixed(0)} us CPU a call`);
    }
  }
  const of = (kind, key) => median(readings[kind].map((reading) => reading[key]));
  const rate = Object.fromEntries(KINDS.map((kind) => [kind, of(kind, 'callsPerS')]));
  const cpuUs = Object.fromEntries(KINDS.map((kind) => [kind, of(kind, 'cpuUsPerCall')]));
  return { rate, cpuUs, overSdk: rate.plimsoll / rate.sdk, limitOver: rate.bare / rate.plimsoll };
};
