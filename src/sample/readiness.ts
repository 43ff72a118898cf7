import type { Database } from './database.js';

export interface ReadinessAnswer {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail?: string; readonly latencyMs?: number }>>;
}

/**
 * Whether the database answers now. One question is asked at a time and given `withinMs`; while an earlier one still waits the answer is
 * no at once, so that probes never pile up behind a full pool.
 */
export class Readiness {
  readonly #database: Database;
  readonly #withinMs: number;
  #pending: Promise<void> | undefined;

  constructor(database: Database, withinMs = 700) {
    this.#database = database;
    this.#withinMs = withinMs;
  }

  async check(): Promise<ReadinessAnswer> {
    if (this.#pending !== undefined) return no('the last question is still unanswered');
    const startedMs = performance.now();
    let failure: string | undefined = `no answer within ${this.#withinMs} ms`;
    const asked = this.#database.query('SELECT 1 AS one', []).then(
      () => {
        failure = undefined;
      },
      (error: unknown) => {
        failure = (error as { code?: string }).code ?? (error as Error).name;
      },
    );
    const pending = asked.finally(() => {
      if (this.#pending === pending) this.#pending = undefined;
    });
    this.#pending = pending;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#withinMs);
    });
    await Promise.race([pending, late]);
    clearTimeout(timer);
    if (failure !== undefined) return no(failure);
    return { ready: true, checks: { postgres: { ok: true, latencyMs: Math.round(performance.now() - startedMs) } } };
  }
}

const no = (detail: string): ReadinessAnswer => ({ ready: false, checks: { postgres: { ok: false, detail } } });
