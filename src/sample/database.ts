import pg from 'pg';
import { Breaker } from './breaker.js';

/** A call that was refused at once instead of being queued. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** How the sample server speaks to its database. */
export interface Database {
  query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<readonly Row[]>;
  /** Connections in use, idle, and callers waiting for one. */
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}

/** As many servers are: five connections, no time limit anywhere, and a queue without end. */
export function weakDatabase(url: string, queryTimeMs = 0): Database {
  return databaseOn(new pg.Pool({ connectionString: url, max: 5 }), queryTimeMs);
}

/** Limits of the hardened database. */
const HARDENED = {
  connections: 40,
  connectMs: 1000,
  queryMs: 1500,
  waiting: 80,
  breakerFailures: 20,
  breakerOpenMs: 1000,
} as const;

/**
 * Sized for the load and never waiting for ever: limits on connecting and on each query, a bounded queue that refuses at once when it is
 * full, and a breaker that fails fast while the database is gone.
 */
export function hardenedDatabase(url: string, queryTimeMs = 0): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: HARDENED.connections,
    min: 10,
    connectionTimeoutMillis: HARDENED.connectMs,
    query_timeout: HARDENED.queryMs,
    statement_timeout: HARDENED.queryMs,
    keepAlive: true,
  });
  const inner = databaseOn(pool, queryTimeMs);
  const breaker = new Breaker({
    failures: HARDENED.breakerFailures,
    openMs: HARDENED.breakerOpenMs,
    nowMs: () => performance.now(),
  });
  return {
    ...inner,
    get pool() {
      return inner.pool;
    },
    query: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<readonly Row[]> => {
      if (pool.waitingCount >= HARDENED.waiting)
        throw new Refused('overloaded: the queue for the database is full, try again later');
      if (!breaker.admit()) throw new Refused('database unavailable: the circuit breaker is open');
      try {
        const rows = await inner.query<Row>(text, values);
        breaker.succeeded();
        return rows;
      } catch (error) {
        // An error that the database itself reports proves that it is there.
        if ((error as { readonly severity?: string }).severity === undefined) breaker.failed();
        else breaker.succeeded();
        throw error;
      }
    },
  };
}

/** @param queryTimeMs every query keeps its connection so much longer: a database whose limit does not depend on the machine */
function databaseOn(pool: pg.Pool, queryTimeMs: number): Database {
  // An idle connection that breaks would otherwise end the process.
  pool.on('error', () => {});
  return {
    query: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]) => {
      if (queryTimeMs === 0) return (await pool.query<Row>(text, [...values])).rows;
      const client = await pool.connect();
      let failure: Error | undefined;
      try {
        await client.query('SELECT pg_sleep($1)', [queryTimeMs / 1000]);
        return (await client.query<Row>(text, [...values])).rows;
      } catch (error) {
        failure = error as Error;
        throw error;
      } finally {
        client.release(failure);
      }
    },
    get pool() {
      return { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount };
    },
    close: () => pool.end(),
  };
}
