// CPU per call and calls a second with all slots busy, in interleaved passes so that a slow minute of the machine hits everyone alike.
import { median, table } from './medians.js';
import { runClient } from './process-of.js';

const CONTENDERS = [
  ['plimsoll', 'contenders/plimsoll-closed.js'],
  ['undici dispatch + JSON.parse', 'contenders/undici-dispatch.js'],
  ['autocannon', 'contenders/autocannon.js'],
  ['MCP SDK client', 'contenders/sdk-client.js'],
];

export const closedLoopBench = async ({ url, passes, seconds, say }) => {
  const readings = new Map(CONTENDERS.map(([name]) => [name, []]));
  const options = { url, slots: 50, warmUpMs: 1000, measureMs: seconds * 1000 };
  for (let pass = 1; pass <= passes; pass++) {
    for (const [name, file] of CONTENDERS) {
      const reading = await runClient(file, options);
      if (reading.failed > 0) throw new Error(`${name}: ${reading.failed} calls failed`);
      readings.get(name).push(reading);
      say(`pass ${pass}  ${name}: ${reading.cpuUsPerCall.toFixed(1)} us CPU/call, ${Math.round(reading.callsPerS)} calls/s`);
    }
  }
  const cpu = (name) => median(readings.get(name).map(({ cpuUsPerCall }) => cpuUsPerCall));
  const rate = (name) => median(readings.get(name).map(({ callsPerS }) => callsPerS));
  // The ratio of each pass, then the median: a pass in which the machine was slow for all counts as any other.
  const ratio = (a, b) =>
    median(readings.get(a).map((reading, pass) => reading.cpuUsPerCall / readings.get(b)[pass].cpuUsPerCall));
  const rows = CONTENDERS.map(([name]) => [
    name,
    cpu(name).toFixed(1),
    Math.round(rate(name)),
    ratio(name, 'undici dispatch + JSON.parse').toFixed(2),
  ]);
  return {
    text: table([['closed loop, 50 slots, one core', 'CPU us/call', 'calls/s', 'x undici'], ...rows]),
    readings: Object.fromEntries(readings),
    ceiling: rate('undici dispatch + JSON.parse'),
    ratioToUndici: ratio('plimsoll', 'undici dispatch + JSON.parse'),
    ratioToSdk: ratio('plimsoll', 'MCP SDK client'),
  };
};
