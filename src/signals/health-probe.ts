import { request } from 'undici';
import type { HealthEntry } from '../measure/journal-entry.js';
import { HealthStateMachine } from './health-state.js';

const MAX_DETAIL = 300;
const MAX_BODY_BYTES = 16 * 1024;

/** Asks one health page again and again, and keeps its state. */
export class HealthProbe {
  readonly #state = new HealthStateMachine();

  constructor(
    readonly probe: 'live' | 'ready',
    readonly url: string,
    /** Time an answer is given before it counts as a miss. */
    readonly timeoutMs: number,
  ) {}

  /** One question. @param nowS seconds from the start of the drive, asked when the answer is there */
  async ask(nowS: () => number): Promise<HealthEntry> {
    const startedMs = performance.now();
    const base = { type: 'health', probe: this.probe } as const;
    try {
      const { statusCode, body } = await request(this.url, {
        headersTimeout: this.timeoutMs,
        bodyTimeout: this.timeoutMs,
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      let text = '';
      for await (const chunk of body) {
        text += String(chunk);
        if (text.length > MAX_BODY_BYTES) break;
      }
      const ok = statusCode >= 200 && statusCode < 300;
      const latencyUs = Math.round((performance.now() - startedMs) * 1000);
      return {
        ...base,
        t: nowS(),
        ok,
        status: statusCode,
        latencyUs,
        state: this.#state.next(ok),
        ...(ok ? {} : { detail: detailOf(text, statusCode) }),
      };
    } catch (error) {
      const { name, message } = error as Error;
      const detail =
        name === 'TimeoutError' || name === 'HeadersTimeoutError' ? `no answer within ${this.timeoutMs} ms` : message;
      return { ...base, t: nowS(), ok: false, detail: detail.slice(0, MAX_DETAIL), state: this.#state.next(false) };
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
  return (text.trim() === '' ? `status ${status}` : text.trim()).slice(0, MAX_DETAIL);
}
