import { givenLatencyText } from '../../text/figure-text.js';
import type { EraReading, EraVerdict } from './era-reading.js';

/** What a server is asked to find out its era: modern servers know the first, legacy servers the second. */
export type EraQuestion = 'server/discover' | 'initialize';

/** What is to be done next. */
export type EraStep =
  | { readonly do: 'ask'; readonly question: EraQuestion }
  /** `untilMs`: on the clock that is handed in; an answer may come before. */
  | { readonly do: 'wait'; readonly untilMs: number }
  /** `fresh`: the server was asked more than its era allows, and has to be met anew. */
  | { readonly do: 'settle'; readonly verdict: EraVerdict; readonly fresh: boolean }
  /** No answer proved anything in time; `text` says what came. */
  | { readonly do: 'give-up'; readonly text: string };

/** Silence after which the second question is asked too. */
const SECOND_AFTER_MS = 3000;
/** How long a server that answered `initialize` may still show that it speaks the modern era as well. */
const BOTH_ERAS_MS = 5000;

/**
 * Finds out the era of a server by what it answers. Silence is never an answer: it only allows the second question, and then both stay open
 * until one answer proves an era. Pure: time and answers are handed in, and what to do next comes out.
 */
export class EraInquiry {
  readonly #startMs: number;
  readonly #limitMs: number;
  readonly #secondAtMs: number;
  readonly #asked = new Set<EraQuestion>();
  readonly #answers = new Map<EraQuestion, EraReading>();
  #initializedAtMs = Number.NaN;
  #ended = false;

  /** @param limitMs how long the server may take to its first answer that proves an era */
  constructor(limitMs: number, nowMs: number) {
    this.#startMs = nowMs;
    this.#limitMs = limitMs;
    // A short limit must leave time for an answer to the second question.
    this.#secondAtMs = nowMs + Math.min(SECOND_AFTER_MS, limitMs / 2);
  }

  asked(question: EraQuestion): void {
    this.#asked.add(question);
  }

  answered(question: EraQuestion, reading: EraReading, nowMs: number): void {
    this.#answers.set(question, reading);
    if (question === 'initialize') this.#initializedAtMs = nowMs;
  }

  /** The server is gone: nothing that is still open will be answered. */
  ended(): void {
    this.#ended = true;
  }

  step(nowMs: number): EraStep {
    const discovered = this.#answers.get('server/discover');
    const initialized = this.#answers.get('initialize');
    const bothAsked = this.#asked.has('initialize');
    if (discovered?.says === 'proof') return { do: 'settle', verdict: discovered.verdict, fresh: bothAsked || this.#ended };
    if (initialized?.says === 'proof' && initialized.verdict.era === 'modern') return settle(initialized.verdict);
    if (this.#ended) return settle(this.#legacyOfEnd(initialized));
    if (!this.#asked.has('server/discover')) return { do: 'ask', question: 'server/discover' };
    if (discovered !== undefined) {
      const probe = `server/discover was not understood (${discovered.words}): initialize is used`;
      // What it makes of `initialize` is the proof: the handshake asks it, or it was asked and its answer is still to come.
      if (!bothAsked || initialized !== undefined) return { do: 'settle', verdict: { era: 'legacy', probe }, fresh: bothAsked };
    } else if (initialized?.says === 'proof') {
      const untilMs = this.#initializedAtMs + BOTH_ERAS_MS;
      return nowMs >= untilMs ? settle(initialized.verdict) : { do: 'wait', untilMs };
    }
    const limitAtMs = this.#startMs + this.#limitMs;
    if (nowMs >= limitAtMs) return { do: 'give-up', text: this.#silence(initialized) };
    if (bothAsked) return { do: 'wait', untilMs: limitAtMs };
    return nowMs >= this.#secondAtMs ? { do: 'ask', question: 'initialize' } : { do: 'wait', untilMs: this.#secondAtMs };
  }

  #legacyOfEnd(initialized: EraReading | undefined): EraVerdict {
    if (initialized?.says === 'proof') return initialized.verdict;
    const last = this.#answers.has('server/discover') ? 'initialize' : 'server/discover';
    return { era: 'legacy', probe: `the server ended at ${last}: initialize is used` };
  }

  #silence(initialized: EraReading | undefined): string {
    const limit = `within ${givenLatencyText(this.#limitMs * 1000)} (target.startTimeout)`;
    if (initialized?.says === 'refused')
      return `initialize was refused (${initialized.words}), and server/discover was not answered ${limit}`;
    if (this.#answers.has('server/discover')) return `server/discover was refused, and initialize was not answered ${limit}`;
    return `neither server/discover nor initialize was answered ${limit}`;
  }
}

const settle = (verdict: EraVerdict): EraStep => ({ do: 'settle', verdict, fresh: true });
