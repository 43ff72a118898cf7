import type { Database } from './database.js';

export interface Order {
  readonly id: number;
  readonly customer: number;
  readonly item: string;
  readonly quantity: number;
  readonly status: string;
}

export interface OrderPage {
  /** Orders of the customer in all, not only on this page. */
  readonly total: number;
  readonly orders: readonly Order[];
}

const COLUMNS = 'id, customer, item, quantity, status';

/** The orders in PostgreSQL. */
export class OrderStore {
  readonly #database: Database;
  readonly #countsApart: boolean;

  /** @param countsApart count and page in two queries, one after the other, as careless servers do; else in one */
  constructor(database: Database, { countsApart }: { readonly countsApart: boolean }) {
    this.#database = database;
    this.#countsApart = countsApart;
  }

  async search(customer: number, limit: number): Promise<OrderPage> {
    if (this.#countsApart) {
      const counted = await this.#database.query<{ total: number }>(
        'SELECT count(*)::int AS total FROM orders WHERE customer = $1',
        [customer],
      );
      const orders = await this.#database.query<Order>(
        `SELECT ${COLUMNS} FROM orders WHERE customer = $1 ORDER BY id DESC LIMIT $2`,
        [customer, limit],
      );
      return { total: counted[0]?.total ?? 0, orders };
    }
    const rows = await this.#database.query<Order & { total: number }>(
      `SELECT ${COLUMNS}, count(*) OVER ()::int AS total FROM orders WHERE customer = $1 ORDER BY id DESC LIMIT $2`,
      [customer, limit],
    );
    return { total: rows[0]?.total ?? 0, orders: rows.map(({ total: _, ...order }) => order) };
  }

  async get(id: number): Promise<Order | undefined> {
    return (await this.#database.query<Order>(`SELECT ${COLUMNS} FROM orders WHERE id = $1`, [id]))[0];
  }

  /** Places an order once for each idempotency key: a second call with the same key gives the first one's order. */
  async place(order: {
    readonly customer: number;
    readonly item: string;
    readonly quantity: number;
    readonly key: string;
  }): Promise<Order> {
    const placed = await this.#database.query<Order>(
      `INSERT INTO orders (id, customer, item, quantity, status, idempotency_key, created_at)
       VALUES (nextval('order_ids'), $1, $2, $3, 'placed', $4, now())
       ON CONFLICT (idempotency_key) DO UPDATE SET idempotency_key = excluded.idempotency_key
       RETURNING ${COLUMNS}`,
      [order.customer, order.item, order.quantity, order.key],
    );
    return placed[0] as Order;
  }
}
