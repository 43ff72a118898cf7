import pg from 'pg';

const CUSTOMERS = 200;
const ORDERS = 20_000;
/** Order ids run from here on. */
export const FIRST_ORDER = 1000;

/**
 * Makes the tables of the orders server and fills them: 200 customers, 20,000 orders. The same rows each time; nothing is drawn by chance.
 * Does nothing when they stand. @param url straight to the database: never through a proxy that may be broken on purpose
 */
export async function seedDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ found: string | null }>(`SELECT to_regclass('public.orders') AS found`);
    if (rows[0]?.found !== null) return;
    await client.query(`
      BEGIN;
      CREATE TABLE orders (
        id integer PRIMARY KEY,
        customer integer NOT NULL,
        item text NOT NULL,
        quantity integer NOT NULL,
        status text NOT NULL,
        idempotency_key text UNIQUE,
        created_at timestamptz NOT NULL
      );
      CREATE SEQUENCE order_ids START ${FIRST_ORDER + ORDERS};
      INSERT INTO orders (id, customer, item, quantity, status, created_at)
        SELECT ${FIRST_ORDER} + n, 1 + n % ${CUSTOMERS},
               (ARRAY['anchor', 'rope', 'sextant', 'lantern', 'compass'])[1 + n % 5],
               1 + n % 7,
               (ARRAY['placed', 'packed', 'shipped', 'delivered'])[1 + n % 4],
               timestamptz '2026-01-01 00:00:00+00' + n * interval '7 minutes'
        FROM generate_series(0, ${ORDERS - 1}) AS n;
      CREATE INDEX orders_by_customer ON orders (customer, id DESC);
      COMMIT;
      ANALYZE orders;
    `);
  } finally {
    await client.end();
  }
}

/** Makes a database where it is missing. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
