import { givenLatencyText } from '../text/figure-text.js';
import type { Database } from './database.js';

export interface ReadinessAnswer {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail?: string; readonly latencyMs?: number }>>;
}

interface Question {
  readonly askedMs: number;
  /** What came of it; never rejects. */
  readonly answered: Promise<ReadinessAnswer>;
}

/**
 * Whether the database answers now, within `withinMs`. It is asked through the pool that calls use: a pool without a free connection is not
 * ready either. One question is under way at a time and probes that come meanwhile share it, so that they never pile up behind a full pool.
 */
export class Readiness {
  readonly #database: Pick<Database, 'query'>;
  readonly #withinMs: number;
  #question: Question | undefined;

  constructor(database: Pick<Database, 'query'>, withinMs = 700) {
    this.#database = database;
    this.#withinMs = withinMs;
  }

  async check(): Promise<ReadinessAnswer> {
    this.#question ??= this.#ask();
    const { askedMs, answered } = this.#question;
    const leftMs = askedMs + this.#withinMs - performance.now();
    if (leftMs <= 0) return no('the last question is still unanswered');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<ReadinessAnswer>((resolve) => {
      timer = setTimeout(() => resolve(no(`no answer within ${givenLatencyText(this.#withinMs * 1000)}`)), leftMs);
    });
    try {
      return await Promise.race([answered, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #ask(): Question {
    const askedMs = performance.now();
    const answered = this.#database
      .query('SELECT 1 AS one', [])
      .then(
        (): ReadinessAnswer => ({
          ready: true,
          checks: { postgres: { ok: true, latencyMs: Math.round(performance.now() - askedMs) } },
        }),
        (error: unknown) => no((error as { code?: string }).code ?? (error as Error).message),
      )
      .finally(() => {
        this.#question = undefined;
      });
    return { askedMs, answered };
  }
}

const no = (detail: string): ReadinessAnswer => ({ ready: false, checks: { postgres: { ok: false, detail } } });
