import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlimsollError } from '../errors/plimsoll-error.js';
import { startWatchdog } from '../watchdog/watchdog.js';
import { FOLDER_PREFIX } from '../watchdog/watchdog-order.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { PostgresProcess } from './postgres-process.js';
import { databaseUser } from './unprivileged-user.js';

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
  const binaries = findPostgresBinaries();
  const user = databaseUser();
  const watchdog = startWatchdog();
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER_PREFIX}postgres-`));
  watchdog.guardFolder(folder);
  const server = new PostgresProcess({ binaries, folder, port, user, watchdog });
  const discard = async (): Promise<void> => {
    await server.stop();
    // Its processes may write for a moment longer than the first of them lives.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    watchdog.dismiss();
  };
  try {
    await server.start();
  } catch (cause) {
    await discard();
    throw new PlimsollError(`PostgreSQL does not start on port ${port}: ${(cause as Error).message}`, 'machine', {
      hint:
        user === undefined ? WITHOUT : `as root it runs as user ${user.uid}, who must be able to pass ${tmpdir()}; or ${WITHOUT}`,
      cause,
    });
  }
  let stopped: Promise<void> | undefined;
  return {
    port,
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    stop: () => {
      stopped ??= discard();
      return stopped;
    },
  };
}

const WITHOUT = 'start a PostgreSQL yourself and give its address with --database';

async function refuseTakenPort(port: number): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen(port, '127.0.0.1', resolve);
    });
  } catch (cause) {
    throw new PlimsollError(`port ${port} of 127.0.0.1 is taken: PostgreSQL cannot listen there`, 'machine', {
      hint: 'stop what listens there, or give another port with --postgres',
      cause,
    });
  }
  await new Promise<void>((resolve) => probe.close(() => resolve()));
}
