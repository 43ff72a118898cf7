// The embedded proxy against a real Toxiproxy 2.12.0 in one run, so that only ratios are judged: the machine may be busy.
//   go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0
//   TOXIPROXY_BINARY=$(go env GOPATH)/bin/server node test/bench/toxiproxy-bench.js
// Prints one JSON document; exits 1 when a bound is missed. Needs dist/ (npm run build).
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PASSES = 7;
const PASS_MS = 1000;
const WARM_MS = 250;
const MESSAGE = Buffer.alloc(200, 'x');
const GIGABYTE = 1_000_000_000;
const BOUNDS = { throughput: 0.8, p99: 1.5, latencyP50: [200, 206] };

const here = fileURLToPath(import.meta.url);
const children = [];
const say = (text) => process.stderr.write(`${text}\n`);

const start = async (command, args) => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return line;
};

const freePort = async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return port;
};

const api = async (url, method, path, body) => {
  const answer = await fetch(url + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
};

const answering = async (url) => {
  for (let i = 0; i < 100; i++) {
    if (
      await fetch(`${url}/version`).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} does not answer`);
};

const startReal = async () => {
  const binary = process.env.TOXIPROXY_BINARY;
  if (binary === undefined) return undefined;
  const port = await freePort();
  const child = spawn(binary, ['-host', '127.0.0.1', '-port', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, LOG_LEVEL: 'error' },
  });
  children.push(child);
  const url = `http://127.0.0.1:${port}`;
  await answering(url);
  return url;
};

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const quantile = (sorted, q) => sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)];
const round = (value, digits = 3) => Number(value.toFixed(digits));

const dial = async (port) => {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  return socket;
};

/** Closed loop: each connection sends 200 bytes, waits for 200 back, and goes on. */
const pass = async (port, connections, forMs) => {
  const sockets = await Promise.all(Array.from({ length: connections }, () => dial(port)));
  const latencies = [];
  const fromMs = performance.now() + Math.min(WARM_MS, forMs / 4);
  const untilMs = fromMs + forMs;
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise((resolve, reject) => {
          let got = 0;
          let sentMs = performance.now();
          socket.on('error', reject);
          socket.on('data', (data) => {
            got += data.length;
            if (got < MESSAGE.length) return;
            got = 0;
            const now = performance.now();
            if (sentMs >= fromMs) latencies.push(now - sentMs);
            if (now >= untilMs) return resolve(socket.destroy());
            sentMs = now;
            socket.write(MESSAGE);
          });
          socket.write(MESSAGE);
        }),
    ),
  );
  latencies.sort((a, b) => a - b);
  return {
    perSecond: latencies.length / (forMs / 1000),
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    p99: quantile(latencies, 0.99),
  };
};

const compareEchoes = async (ports, connections) => {
  const results = Object.fromEntries(Object.keys(ports).map((name) => [name, []]));
  for (let i = 0; i < PASSES; i++) {
    const order = i % 2 === 0 ? Object.keys(ports) : Object.keys(ports).reverse();
    for (const name of order) results[name].push(await pass(ports[name], connections, PASS_MS));
  }
  const summary = Object.fromEntries(
    Object.entries(results).map(([name, passes]) => [
      name,
      Object.fromEntries(['perSecond', 'p50', 'p99'].map((key) => [key, round(median(passes.map((result) => result[key])))])),
    ]),
  );
  if (summary.real === undefined) return { connections, ...summary };
  return {
    connections,
    ...summary,
    throughputRatio: round(summary.embedded.perSecond / summary.real.perSecond),
    p99Ratio: round(summary.embedded.p99 / summary.real.p99),
  };
};

const underLatency = async (engines) => {
  const results = {};
  for (const [name, { url, port }] of Object.entries(engines)) {
    await api(url, 'POST', '/proxies/echo/toxics', { type: 'latency', name: 'slow', attributes: { latency: 200 } });
    const { p50, p95, p99 } = await pass(port, 400, 3000);
    results[name] = { p50: round(p50), p95: round(p95), p99: round(p99) };
    await api(url, 'DELETE', '/proxies/echo/toxics/slow');
  }
  return results;
};

const gigabyte = async (port) => {
  const socket = await dial(port);
  const sent = createHash('sha256');
  const back = createHash('sha256');
  const block = randomBytes(1_000_000);
  let bytes = 0;
  const startMs = performance.now();
  const received = new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (data) => {
      back.update(data);
      bytes += data.length;
    });
    socket.on('end', resolve);
  });
  for (let i = 0; i < GIGABYTE / block.length; i++) {
    block.writeUInt32LE(i, (i * 4) % 900_000);
    const part = Buffer.from(block);
    sent.update(part);
    if (!socket.write(part)) await once(socket, 'drain');
  }
  socket.end();
  await received;
  return {
    bytes,
    exact: bytes === GIGABYTE && sent.digest('hex') === back.digest('hex'),
    seconds: round((performance.now() - startMs) / 1000, 1),
  };
};

const serveEcho = () => {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
};

const main = async () => {
  const echoPort = Number(await start(process.execPath, [here, 'echo']));
  const embedded = JSON.parse(
    await start(process.execPath, [join(dirname(here), '../../dist/toxiproxy/main.js'), '--port', '0', '--seed', '1']),
  ).url;
  const real = await startReal();
  if (real === undefined) say('TOXIPROXY_BINARY is not set: nothing to compare with, ratios are left out.');
  const engines = {};
  for (const [name, url] of Object.entries({ embedded, real })) {
    if (url === undefined) continue;
    const proxy = await api(url, 'POST', '/proxies', { name: 'echo', listen: '127.0.0.1:0', upstream: `127.0.0.1:${echoPort}` });
    engines[name] = { url, port: Number(proxy.listen.split(':').at(-1)) };
  }
  const ports = { direct: echoPort, ...Object.fromEntries(Object.entries(engines).map(([name, { port }]) => [name, port])) };
  const echoes = [];
  for (const connections of [1, 20, 100]) {
    say(`echo of 200 bytes, ${connections} connections, ${PASSES} interleaved passes`);
    echoes.push(await compareEchoes(ports, connections));
  }
  say('latency 200, 400 connections');
  const latency200 = await underLatency(engines);
  say('1 GB there and back');
  const transfer = await gigabyte(engines.embedded.port);

  const misses = [];
  for (const { connections, throughputRatio, p99Ratio } of echoes) {
    if (throughputRatio < BOUNDS.throughput) misses.push(`${connections} connections: ${throughputRatio} x the real one's rate`);
    if (p99Ratio > BOUNDS.p99) misses.push(`${connections} connections: p99 ${p99Ratio} x the real one's`);
  }
  const { p50 } = latency200.embedded;
  if (p50 < BOUNDS.latencyP50[0] || p50 > BOUNDS.latencyP50[1]) misses.push(`latency 200: p50 ${p50} ms`);
  if (!transfer.exact) misses.push('1 GB: not byte-exact');
  process.stdout.write(`${JSON.stringify({ bounds: BOUNDS, echoes, latency200, transfer, misses }, null, 2)}\n`);
  if (misses.length > 0) process.exitCode = 1;
};

if (process.argv[2] === 'echo') serveEcho();
else {
  try {
    await main();
  } finally {
    for (const child of children) child.kill();
  }
}
