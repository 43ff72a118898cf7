import type { HealthEntry } from '../journal/signal-entry.js';
import type { TlsMaterial } from '../scenario/target.js';
import { withoutMarkup } from '../text/said-in.js';
import { readPage } from './page.js';

const MAX_DETAIL = 300;
const MAX_BODY_BYTES = 64 * 1024;

/** Asks one health page again and again, and keeps its state. */
export class HealthProbe {
  readonly #state = new HealthStateMachine();

  constructor(
    readonly probe: 'live' | 'ready',
    readonly url: string,
    /** Time an answer is given before it counts as a miss. */
    readonly timeoutMs: number,
    readonly tls?: TlsMaterial,
  ) {}

  /**
   * One question.
   * @param nowS seconds from the start of the drive, asked when the answer is there
   * @returns undefined when `signal` ended it: that says nothing about the server
   */
  async ask(nowS: () => number, signal?: AbortSignal): Promise<HealthEntry | undefined> {
    const startedMs = performance.now();
    const base = { type: 'health', probe: this.probe } as const;
    try {
      const { status, text } = await readPage(this.url, {
        timeoutMs: this.timeoutMs,
        maxBytes: MAX_BODY_BYTES,
        ...(signal === undefined ? {} : { signal }),
        ...(this.tls === undefined ? {} : { tls: this.tls }),
      });
      const ok = status >= 200 && status < 300;
      return {
        ...base,
        t: nowS(),
        ok,
        status,
        latencyUs: Math.round((performance.now() - startedMs) * 1000),
        state: this.#state.next(ok),
        ...(ok ? {} : { detail: detailOf(text, status) }),
      };
    } catch (error) {
      if (signal?.aborted === true) return undefined;
      const detail = (error as Error).message.slice(0, MAX_DETAIL);
      return { ...base, t: nowS(), ok: false, detail, state: this.#state.next(false) };
    }
  }
}

/** The `checks` of a health page where it has them, else its first words. */
function detailOf(text: string, status: number): string {
  try {
    const { checks } = JSON.parse(text) as { readonly checks?: unknown };
    if (checks !== undefined) return JSON.stringify(checks).slice(0, MAX_DETAIL);
  } catch {
    // Not JSON: its words are as good.
  }
  const said = withoutMarkup(text);
  return (said === '' ? `status ${status}` : said).slice(0, MAX_DETAIL);
}

/** Misses in a row that make a probe unhealthy. */
const MISSES_UNHEALTHY = 3;

type HealthState = 'healthy' | 'unhealthy' | 'unknown';

/**
 * State of one probe after each of its answers: three misses in a row make it unhealthy, one good answer healthy again. Until either has
 * happened it is unknown.
 */
export class HealthStateMachine {
  #misses = 0;
  #state: HealthState = 'unknown';

  next(ok: boolean): HealthState {
    this.#misses = ok ? 0 : this.#misses + 1;
    if (ok) this.#state = 'healthy';
    else if (this.#misses >= MISSES_UNHEALTHY) this.#state = 'unhealthy';
    return this.#state;
  }
}
