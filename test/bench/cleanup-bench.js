// SIGKILL of the tool, or of its whole process group, at random moments of a run with faults: how long until no fault is left.
//   npm run bench -- --only cleanup [--tries 100] [--engine embedded|real]      TOXIPROXY_BINARY names the real one; without it, it is left out
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median } from './medians.js';

const BOUND_MS = { embedded: 1000, real: 5000 };
/** Past the end of the clean-up: a step that was due may not put anything back. */
const STAYS_MS = 300;
const RANDOM_MS = 1200;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const bin = here('../../bin/plimsoll.js');

const listening = async (port) => {
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

/** A port outside the ephemeral range that is free now. */
const fixedPort = async () => {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = await listening(port).catch(() => undefined);
    if (server === undefined) continue;
    server.close();
    return port;
  }
};

/** Waits for what a stream says, also when it has said it before. */
const listenTo = (stream) => {
  let text = '';
  let closed = false;
  stream.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  stream.once('close', () => {
    closed = true;
  });
  return async (pattern) => {
    for (;;) {
      const found = pattern.exec(text);
      if (found !== null) return found[1];
      if (closed) throw new Error(text);
      await wait(5);
    }
  };
};

const startReal = async () => {
  const binary = process.env.TOXIPROXY_BINARY;
  if (binary === undefined) return undefined;
  const port = await fixedPort();
  const child = spawn(binary, ['-host', '127.0.0.1', '-port', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, LOG_LEVEL: 'error' },
  });
  const url = `http://127.0.0.1:${port}`;
  while ((await proxiesAt(url)) === undefined) await wait(20);
  return { url, stop: () => child.kill('SIGKILL') };
};

/** Undefined when nobody answers. */
const proxiesAt = (url) =>
  fetch(`${url}/proxies`, { signal: AbortSignal.timeout(3000), headers: { connection: 'close' } }).then(
    (answer) => answer.json(),
    () => undefined,
  );

/** An engine of ours is gone, or forwards without a fault; in one of others nothing of ours is left. */
const isClean = async (engine, url) => {
  const proxies = await proxiesAt(url);
  if (engine === 'real') return proxies !== undefined && Object.keys(proxies).length === 0;
  return proxies === undefined || Object.values(proxies).every(({ enabled, toxics }) => enabled && toxics.length === 0);
};

/** One run that is killed. @returns milliseconds until clean, and whether a fault was in force when it was killed */
const attempt = async (engine, realUrl, upstream, folder, { out, group, loaded }) => {
  const port = await fixedPort();
  const target = spawn(process.execPath, [here('../e2e/fixtures/mini-server.js'), '--asks', String(port)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = `http://127.0.0.1:${await listenTo(target.stdout)(/"port": ?(\d+)/)}/mcp`;
  const scenario = join(folder, 'scenario.yaml');
  writeFileSync(
    scenario,
    JSON.stringify({
      plimsoll: 1,
      name: 'killed',
      target: { url },
      sessions: { count: 1 },
      load: { timeout: '500ms', phases: [{ name: 'steady', rate: '20/s', for: '60s' }] },
      calls: [{ tool: 'echo', arguments: { message: 'hello' } }],
      dependencies: { backend: { listen: `127.0.0.1:${port}`, upstream: `127.0.0.1:${upstream}` } },
      faults: [
        { dependency: 'backend', inject: 'black-hole', at: '100ms', for: '50s' },
        { dependency: 'backend', inject: 'flapping', at: '300ms', for: '50s', with: { down: '70ms', up: '70ms' } },
      ],
    }),
  );
  const args = [bin, 'run', scenario, '--out', join(folder, out), '--toxiproxy', realUrl ?? 'embedded', '--wait-quiet', '0'];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    const said = listenTo(child.stderr);
    const api = await said(/Toxiproxy \S+ \(\w+\) at (http:\S+), proxies/);
    // Half of the moments lie while all is being prepared, the others under load, where a fault is in force nearly always.
    if (loaded) await said(/(load starts)/);
    await wait(Math.random() * RANDOM_MS);
    const broken = !(await isClean('embedded', api));
    process.kill(group ? -child.pid : child.pid, 'SIGKILL');
    const startMs = performance.now();
    let tookMs;
    do {
      const clean = await isClean(engine, api);
      tookMs = performance.now() - startMs;
      if (clean) break;
      await wait(5);
    } while (tookMs < 4 * BOUND_MS[engine]);
    await wait(STAYS_MS);
    if (!(await isClean(engine, api))) tookMs = Number.POSITIVE_INFINITY;
    return { tookMs, broken };
  } finally {
    target.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
};

/** @returns per engine { tries, withinBound, broken, medianMs, maxMs, boundMs }, and a text */
export const cleanupBench = async ({ tries, engine: only, say }) => {
  const real = await startReal();
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-cleanup-bench-'));
  const echo = await listening(0);
  const figures = {};
  try {
    for (const engine of ['embedded', 'real']) {
      if ((only !== undefined && only !== engine) || (engine === 'real' && real === undefined)) continue;
      say(`${tries} runs killed, engine: ${engine}`);
      const times = [];
      let broken = 0;
      for (let i = 0; i < tries; i++) {
        const realUrl = engine === 'real' ? real.url : undefined;
        const result = await attempt(engine, realUrl, echo.address().port, folder, {
          out: `${engine}-${i}`,
          group: i % 2 === 0,
          loaded: i % 4 < 2,
        });
        times.push(result.tookMs);
        broken += result.broken ? 1 : 0;
      }
      const boundMs = BOUND_MS[engine];
      figures[engine] = {
        tries,
        withinBound: times.filter((ms) => ms <= boundMs).length,
        broken,
        medianMs: Math.round(median(times)),
        maxMs: Math.round(Math.max(...times)),
        boundMs,
      };
    }
  } finally {
    real?.stop();
    echo.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const lines = Object.entries(figures).map(
    ([engine, f]) =>
      `${engine}: clean within ${f.boundMs} ms in ${f.withinBound} of ${f.tries} (${f.broken} with a fault in force when killed), median ${f.medianMs} ms, longest ${f.maxMs} ms`,
  );
  return { figures, text: ['SIGKILL of the tool (every other time of its process group)', ...lines].join('\n') };
};
