import { PlimsollError } from '../errors/plimsoll-error.js';
import { samplePackages } from './sample-packages.js';

export interface SampleOptions {
  readonly host: string;
  readonly port: number;
  /** Starts a real PostgreSQL on this port of 127.0.0.1, seeds it, and stops it at the end. */
  readonly postgresPort?: number;
  /** Where queries go; default: straight to the PostgreSQL that was started. */
  readonly databaseUrl?: string;
  readonly hardened: boolean;
  readonly leak: boolean;
  /** Every query keeps its connection for so much longer. */
  readonly queryTimeMs?: number;
  /** Requests a second that each tenant (header `x-tenant`) may make. Absent: no limit. */
  readonly tenantLimitPerS?: number;
}

export interface RunningSample {
  readonly url: string;
  readonly databaseUrl: string;
  /** Stops the server, then the database. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts the sample MCP server, with a database of its own where one is asked for. Rows are written straight to the database, never
 * through `databaseUrl`, which may lead through a proxy that is to be broken.
 * @throws PlimsollError: 2 without a database, 8 when a port is taken or the database does not start, 6 when it cannot be reached.
 */
export async function runSample(options: SampleOptions): Promise<RunningSample> {
  const { postgresPort, databaseUrl } = options;
  if (postgresPort === undefined && databaseUrl === undefined) {
    throw new PlimsollError('the sample server needs a database', 'usage', {
      hint: '--postgres PORT starts one; --database URL uses one that runs',
    });
  }
  const { ensureDatabase, seedDatabase, startEmbeddedDatabase, startSampleServer } = await samplePackages();
  const name = databaseNameOf(databaseUrl) ?? 'orders';
  const database = postgresPort === undefined ? undefined : await startEmbeddedDatabase(postgresPort);
  try {
    if (database !== undefined) await ensureDatabase(database.url('postgres'), name);
    const direct = database?.url(name) ?? (databaseUrl as string);
    try {
      await seedDatabase(direct);
    } catch (cause) {
      throw new PlimsollError(`cannot use the database: ${(cause as Error).message}`, 'target', {
        hint: 'is it running, and does the --database URL name an existing database?',
        cause,
      });
    }
    const queriesTo = databaseUrl ?? direct;
    const server = await startSampleServer({ ...options, databaseUrl: queriesTo });
    let closed: Promise<void> | undefined;
    return {
      url: server.url,
      databaseUrl: queriesTo,
      close: () => {
        closed ??= server.close().finally(() => database?.stop());
        return closed;
      },
    };
  } catch (error) {
    await database?.stop();
    throw error;
  }
}

/** Name of the database in a connection string; undefined when it has none. @throws PlimsollError (exit code 2) for what is no URL. */
function databaseNameOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  let path: string;
  try {
    path = new URL(url).pathname;
  } catch (cause) {
    throw new PlimsollError('--database is not a URL', 'usage', {
      hint: 'for instance postgres://user@127.0.0.1:5432/orders',
      cause,
    });
  }
  const name = decodeURIComponent(path.replace(/^\//, ''));
  return name === '' ? undefined : name;
}
