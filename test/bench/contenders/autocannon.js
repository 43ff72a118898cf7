// autocannon with a static request and no rate: it parses no JSON and records a histogram of whole milliseconds.
import autocannon from 'autocannon';
import { BODY, HEADERS } from '../request.js';

const { url, slots, warmUpMs, measureMs } = JSON.parse(process.argv[2]);
const run = (seconds) =>
  autocannon({ url, method: 'POST', headers: HEADERS, body: BODY, connections: slots, pipelining: 1, duration: seconds });

await run(Math.max(1, Math.round(warmUpMs / 1000)));
const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
const result = await run(Math.max(1, Math.round(measureMs / 1000)));
const cpu = process.cpuUsage(cpuBefore);
const calls = result['2xx'];
process.stdout.write(
  `${JSON.stringify({
    calls,
    failed: result.non2xx + result.errors,
    callsPerS: calls / ((performance.now() - startedMs) / 1000),
    cpuUsPerCall: (cpu.user + cpu.system) / calls,
  })}\n`,
);
