// One stdio server, one client with all slots in flight: the official SDK client, plimsoll's driver, or a bare writer of prepared lines that
// only counts newlines (the limit of the process itself). The server runs on the other core.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { closedLoop } from '../window.js';

const { kind, slots, warmUpMs, measureMs, pin } = JSON.parse(process.argv[2]);
const everything = fileURLToPath(
  new URL('../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
);
const command = [...(pin ? ['taskset', '-c', '1'] : []), process.execPath, everything, 'stdio'];
const [file, ...args] = command;
const params = { name: 'echo', arguments: { message: 'hello' } };

const openers = {
  sdk: async () => {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
    const client = new Client({ name: 'bench', version: '1' });
    await client.connect(new StdioClientTransport({ command: file, args, stderr: 'ignore' }));
    const start = (done) => {
      client.callTool(params).then(
        (result) => done(result.content.length === 1),
        () => done(false),
      );
    };
    return { start, close: () => client.close() };
  },
  plimsoll: async () => {
    const { createDriver } = await import('../../../dist/mcp/create-driver.js');
    const target = {
      urls: [],
      transport: 'stdio',
      command,
      env: {},
      protocol: 'legacy',
      headers: {},
      preflight: 'schema',
      startTimeoutMs: 30_000,
      allow: [],
    };
    const driver = createDriver({ target, classify: [], maxInFlight: slots });
    await driver.open(1);
    const argumentsJson = JSON.stringify(params.arguments);
    const traceparent = '00-00000000000000000000000000000001-0000000000000001-00';
    const call = { tool: 'echo', argumentsJson, endpoint: 0, traceparent, timeoutMs: 10_000, wantResult: false };
    return { start: (done) => driver.start(call, (answer) => done(answer.outcome === 'ok')), close: () => driver.close() };
  },
  bare: async () => {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    let id = 0;
    const line = (method, more) => `${JSON.stringify({ jsonrpc: '2.0', id: id++, method, params: more })}\n`;
    const waiting = [];
    child.stdout.on('data', (chunk) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) waiting.shift()?.(true);
    });
    const sent = (text) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin.write(text);
      });
    await sent(
      line('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } }),
    );
    child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    // Notifications of the server are lines too: let them pass before anything is counted.
    await new Promise((resolve) => setTimeout(resolve, 500));
    waiting.length = 0;
    const body = JSON.stringify(params);
    const start = (done) => {
      waiting.push(done);
      child.stdin.write(`{"jsonrpc":"2.0","id":${id++},"method":"tools/call","params":${body}}\n`);
    };
    return { start, close: () => child.kill('SIGKILL') };
  },
};

const { start, close } = await openers[kind]();
const reading = await closedLoop({ slots, warmUpMs, measureMs, start });
await close();
process.stdout.write(`${JSON.stringify(reading)}\n`);
process.exit(0);
