// npm run bench: what a call costs plimsoll, beside other clients, against the same canned server on the other core.
//   noise: --runs N a cell (20)  --cells hogs,stop,cgroup,first-run (also: quiet)  --run-seconds N (4)  --whole: 20 runs a cell take about 30 min, 16 of the law server
//   --passes N (5)  --seconds N (4)  --json FILE  --only closed|open|stdio|sessions|start|memory|delay|cleanup|capacity-accuracy|gate|noise|noise-simulation  --simulations N (2000)  --long (memory from 10^6 to 10^7 calls: minutes)
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { capacityAccuracyBench } from './capacity-accuracy-bench.js';
import { cleanupBench } from './cleanup-bench.js';
import { closedLoopBench } from './closed-loop.js';
import { delayBench } from './delay-bench.js';
import { gateBench } from './gate-bench.js';
import { noiseBench, noiseChecks } from './noise-bench.js';
import { noiseSimulationBench } from './noise-simulation-bench.js';
import { openLoopBench } from './open-loop.js';
import { canPin, runClient, startServer } from './process-of.js';
import { sessionsBench } from './sessions-bench.js';
import { startBench } from './start-bench.js';
import { stdioBench } from './stdio-bench.js';

const { values } = parseArgs({
  options: {
    passes: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    json: { type: 'string' },
    only: { type: 'string' },
    long: { type: 'boolean', default: false },
    tries: { type: 'string', default: '100' },
    engine: { type: 'string' },
    budget: { type: 'string', default: '2m' },
    kind: { type: 'string' },
    searches: { type: 'string', default: '1' },
    hog: { type: 'boolean', default: false },
    runs: { type: 'string', default: '20' },
    cells: { type: 'string', default: 'hogs,stop,cgroup,first-run' },
    'run-seconds': { type: 'string', default: '4' },
    whole: { type: 'boolean', default: false },
    simulations: { type: 'string', default: '2000' },
    gates: { type: 'string', default: '20' },
    'gate-cells': { type: 'string', default: 'aa,p95-20,p95-10,cpu-5' },
    measure: { type: 'string', default: '30' },
    'warm-up': { type: 'string', default: '5' },
  },
});
const passes = Number(values.passes);
const seconds = Number(values.seconds);
const wanted = (part) => values.only === undefined || values.only === part;
const say = (line) => process.stderr.write(`${line}\n`);
const result = { node: process.version, pinned: canPin, loadBefore: loadavg()[0], passes, seconds };
const checks = [];
const check = (name, reached, actual) => checks.push({ name, reached, actual });

const server = await startServer();
try {
  const { url } = server;
  if (wanted('closed') || wanted('open')) {
    const closed = await closedLoopBench({ url, passes: wanted('closed') ? passes : 1, seconds, say });
    result.closed = closed;
    if (wanted('closed')) {
      console.log(`\n${closed.text}\n`);
      check('CPU per call <= 1.5 x bare undici', closed.ratioToUndici <= 1.5, closed.ratioToUndici.toFixed(2));
      check('CPU per call <= 1/15 of the SDK client', closed.ratioToSdk <= 1 / 15, `1/${(1 / closed.ratioToSdk).toFixed(1)}`);
    }
    if (wanted('open')) {
      const open = await openLoopBench({ url, ceiling: closed.ceiling, passes, seconds, say });
      result.open = open;
      console.log(`\n${open.text}\n`);
      const { halfCeiling, ninetyOfBare, lateness } = open;
      check('50 % of the ceiling of undici held', halfCeiling.held, `${Math.round(halfCeiling.rate)}/s`);
      check('90 % of what the bare loop holds', ninetyOfBare.held, `${Math.round(ninetyOfBare.rate)}/s`);
      check(
        'lateness p50 <= 0.1 ms at 1,000/s',
        lateness[1000].plimsollP50 <= 0.1,
        `${lateness[1000].plimsollP50.toFixed(3)} ms`,
      );
      const above = lateness[10_000].plimsollP50 - lateness[10_000].bareP50;
      check('lateness p50 at 10,000/s <= bare loop + 0.05 ms', above <= 0.05, `${above.toFixed(3)} ms above`);
    }
  }
  if (wanted('stdio')) {
    const stdio = await stdioBench({ passes, seconds, say });
    result.stdio = stdio;
    check(
      'stdio: >= 5 x the SDK client, or within 1.2 x of the limit of the process',
      stdio.overSdk >= 5 || stdio.limitOver <= 1.2,
      `${stdio.overSdk.toFixed(2)} x the SDK client, limit / plimsoll ${stdio.limitOver.toFixed(2)}`,
    );
  }
  if (wanted('sessions')) {
    const opened = await sessionsBench({ passes, say });
    result.sessions = opened;
    console.log(`\n${opened.text}\n`);
    check('sessions opened at >= 5 x the rate of the SDK client', opened.overSdk >= 5, `${opened.overSdk.toFixed(1)} x`);
    const { beforeMb, afterMb, heldMb } = opened.memory;
    const grown = `${heldMb.toFixed(1)} MB (${beforeMb.toFixed(0)} before, ${afterMb.toFixed(0)} after)`;
    check(`${opened.sessions} sessions held in < 100 MB`, heldMb < 100, grown);
  }
  if (wanted('start')) {
    const start = await startBench({ passes, say });
    result.start = start;
    console.log(`\n${start.text}\n`);
    const { cpuS } = start.end;
    check('start to first call <= 1 CPU s', start.start.cpuS <= 1, `${start.start.cpuS.toFixed(2)} s`);
    check('last call to exit <= 1.2 CPU s', cpuS <= 1.2, `${cpuS.toFixed(2)} s`);
    check(
      '--help <= 2.5 x an empty script',
      start.helpOver <= 2.5,
      `${start.helpOver.toFixed(2)} x ${Math.round(start.emptyMs)} ms`,
    );
    check('validate <= 6 x an empty script', start.validateOver <= 6, `${start.validateOver.toFixed(2)} x`);
  }
  if (wanted('delay') && process.platform === 'linux') {
    const delay = await delayBench();
    result.delay = delay;
    console.log(`\n${delay.text}\n`);
    check(`watching 30 processes <= ${100 * delay.most} % of a core`, delay.held, `${(100 * delay.share).toFixed(2)} %`);
  }
  if (values.only === 'cleanup') {
    const { figures, text } = await cleanupBench({ tries: Number(values.tries), engine: values.engine, say });
    result.cleanup = figures;
    console.log(`\n${text}\n`);
    for (const [engine, { withinBound, tries, boundMs }] of Object.entries(figures)) {
      check(`no fault left ${boundMs} ms after SIGKILL (${engine})`, withinBound === tries, `${withinBound} of ${tries}`);
    }
  }
  if (values.only === 'noise') {
    const noise = await noiseBench({
      cells: values.cells.split(','),
      runs: Number(values.runs),
      seconds: Number(values['run-seconds']),
      whole: values.whole,
      say,
    });
    result.noise = noise;
    console.log(`\n${noise.text}\n`);
    for (const [name, reached, actual] of noiseChecks(noise)) check(name, reached, actual);
    if (noise.skipped !== undefined) console.log(`half a core was skipped: ${noise.skipped}`);
  }
  if (values.only === 'capacity-accuracy') {
    const { budget, kind, hog } = values;
    const {
      figures,
      checks: own,
      text,
    } = await capacityAccuracyBench({ budget, kind, hog, searches: Number(values.searches), say });
    result.capacityAccuracy = figures;
    console.log(`\n${text}\n`);
    for (const [name, reached, actual] of own) check(name, reached, actual);
  }
  if (values.only === 'gate') {
    const { gates, measure, 'gate-cells': cells, 'warm-up': warmUp } = values;
    const {
      figures,
      checks: own,
      text,
    } = await gateBench({ gates: Number(gates), cells, measureS: Number(measure), warmUpS: Number(warmUp), say });
    result.gate = figures;
    console.log(`\n${text}\n`);
    for (const [name, reached, actual] of own) check(name, reached, actual);
  }
  if (values.only === 'noise-simulation') {
    const { runs, cells, by, text, wrong, mostInDoubt } = await noiseSimulationBench({ runs: Number(values.simulations), say });
    result.noiseSimulation = { runs, cells, by };
    console.log(`\n${text}\n`);
    check(`no wrong verdict in ${runs} simulated runs`, wrong === 0, `${wrong} wrong`);
    check(
      'p95 in doubt in at most 10 % where at most 5 % is delay in waits of 10 ms and utilization at most 0.5',
      mostInDoubt <= 0.1,
      `${(100 * mostInDoubt).toFixed(1)} %`,
    );
  }
  if (values.long) {
    result.memory = await runClient('contenders/plimsoll-memory.js', { url, slots: 50, firstCalls: 1e6, lastCalls: 1e7 });
    check(
      'resident memory grows < 10 MB from 10^6 to 10^7 calls',
      result.memory.grownMb < 10,
      `${result.memory.grownMb.toFixed(1)} MB`,
    );
  }
} finally {
  server.stop();
}
result.loadAfter = loadavg()[0];
result.checks = checks;
for (const { name, reached, actual } of checks) console.log(`${reached ? 'reached' : 'MISSED '}  ${name}: ${actual}`);
console.log(
  `(load of the machine ${result.loadBefore.toFixed(1)} before, ${result.loadAfter.toFixed(1)} after${canPin ? '' : '; not pinned'})`,
);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
process.exitCode = checks.every(({ reached }) => reached) ? 0 : 1;
