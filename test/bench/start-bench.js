// What a short run costs beside its load: from the start of the command to the first call, and from the end of the drain to the exit. And
// what commands cost that send nothing, beside an empty script. CPU is read from outside (/proc): nothing is asked of what is measured.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, table } from './medians.js';

const BIN = fileURLToPath(new URL('../../bin/plimsoll.js', import.meta.url));
const SCENARIO = fileURLToPath(new URL('../../scenarios/first-run.yaml', import.meta.url));
/** Clock ticks of /proc a second. */
const TICKS = 100;

/** CPU seconds of a process: its own, and those of its children that have ended. */
const cpuOf = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  const [own, system, ofChildren, systemOfChildren] = fields.slice(11, 15).map(Number);
  return { own: (own + system) / TICKS, children: (ofChildren + systemOfChildren) / TICKS };
};

const TOOL = { name: 'echo', inputSchema: { type: 'object' } };

/** A server that tells of each call before it answers. */
const startCountedServer = async (onCall) => {
  const resultOf = ({ method, params }) => {
    if (method === 'initialize')
      return {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'counted', version: '1' },
      };
    if (method === 'tools/list') return { tools: [TOOL] };
    onCall();
    return { content: [{ type: 'text', text: 'hi' }] };
  };
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const message = JSON.parse(body);
      if (message.id === undefined) return response.writeHead(202).end();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: resultOf(message) }));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/mcp`, close: () => server.close() };
};

const scenarioText = (url) => `plimsoll: 1
name: start
target: { url: "${url}", protocol: legacy, preflight: schema }
load: { phases: [ { name: steady, rate: 20/s, for: 2s } ] }
calls: [ { tool: echo, arguments: {} } ]
`;

/** One run of 2 s. CPU and wall seconds before its first call, after its last one, and of all. */
async function timedRun(folder, pass) {
  let pid;
  let first;
  let last;
  const stamp = () => ({ cpu: cpuOf(pid).own + cpuOf(pid).children, atMs: performance.now() });
  const server = await startCountedServer(() => {
    last = stamp();
    first ??= last;
  });
  try {
    const file = join(folder, 'start.yaml');
    writeFileSync(file, scenarioText(server.url));
    const before = cpuOf('self').children;
    const startedMs = performance.now();
    const child = spawn(
      process.execPath,
      [BIN, 'run', file, '--out', join(folder, `run-${pass}`), '--quiet', '--wait-quiet', '0'],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    ({ pid } = child);
    let complaints = '';
    child.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    const endedMs = performance.now();
    // 5: on a busy machine a run may be called invalid; what it cost is the same.
    if (code !== 0 && code !== 5) throw new Error(`the run ended with ${code}: ${complaints}`);
    const all = cpuOf('self').children - before;
    return {
      startCpuS: first.cpu,
      endCpuS: all - last.cpu,
      allCpuS: all,
      startS: (first.atMs - startedMs) / 1000,
      endS: (endedMs - last.atMs) / 1000,
      allS: (endedMs - startedMs) / 1000,
    };
  } finally {
    server.close();
  }
}

/** @returns milliseconds that a command took */
function timedCommand(args) {
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - startedMs;
}

const COMMANDS = { empty: ['-e', '0'], help: [BIN, '--help'], validate: [BIN, 'validate', SCENARIO] };

export async function startBench({ passes, say }) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-start-'));
  try {
    const runs = [];
    const commands = { empty: [], help: [], validate: [] };
    for (let pass = 0; pass < passes; pass++) {
      say(`start: pass ${pass + 1} of ${passes}`);
      runs.push(await timedRun(folder, pass));
      // In turns, so that whatever else the machine does meets all of them.
      for (let turn = 0; turn < 3; turn++)
        for (const [name, args] of Object.entries(COMMANDS)) commands[name].push(timedCommand(args));
    }
    const of = (name) => median(runs.map((run) => run[name]));
    const figures = {
      start: { cpuS: of('startCpuS'), wallS: of('startS') },
      end: { cpuS: of('endCpuS'), wallS: of('endS') },
      all: { cpuS: of('allCpuS'), wallS: of('allS') },
      emptyMs: median(commands.empty),
      helpOver: median(commands.help) / median(commands.empty),
      validateOver: median(commands.validate) / median(commands.empty),
    };
    const row = (name, { cpuS, wallS }) => [name, cpuS.toFixed(2), wallS.toFixed(2)];
    const text = table([
      ['a run of 2 s', 'CPU s', 's'],
      row('start to first call', figures.start),
      row('last call to exit', figures.end),
      row('all', figures.all),
    ]);
    return { ...figures, text };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
