import type { SecondEntry } from '../../journal/second-entry.js';
import type { MetricsEntry } from '../../journal/signal-entry.js';
import { OUTCOMES, type OutcomeClass } from '../../scenario/outcome.js';

/** Series in which a server counts the tool calls that it finished, successes and failures, whoever was still waiting for them. */
const FINISHED = /^(mcp_requests_total|mcp_tool_calls_total|mcp_server_tool_calls_total)(\{|$)/;

/** A difference below this may come from the moment at which a page was read. */
const FEWEST = 5;

/**
 * Calls that the server finished after the client had given up: its own counter against the answers that arrived. Both are taken at the
 * moments at which the server's page was read; answers between two whole seconds count by their share.
 */
export class WastedWork {
  readonly #finished: { readonly t: number; readonly count: number }[] = [];
  /** Calls answered in each second. */
  readonly #answered: number[] = [];

  addMetrics({ t, values }: MetricsEntry): void {
    const own = Object.entries(values).filter(([name]) => FINISHED.test(name));
    if (own.length > 0) this.#finished.push({ t, count: own.reduce((sum, [, value]) => sum + value, 0) });
  }

  addSecond({ t, cells }: SecondEntry): void {
    let answered = 0;
    for (const { ok = 0, failed = 0, errors = {} } of cells) {
      answered += ok + failed;
      for (const [name, count] of Object.entries(errors)) if (!OUTCOMES[name as OutcomeClass].answered) answered -= count;
    }
    this.#answered[t] = (this.#answered[t] ?? 0) + answered;
  }

  /** From the last reading before a fault to the last one before `untilS`; undefined without two such readings. */
  between(startS: number, untilS: number): number | undefined {
    const first = this.#finished.filter(({ t }) => t <= startS).at(-1);
    const last = this.#finished.filter(({ t }) => t <= untilS).at(-1);
    if (first === undefined || last === undefined || last.t <= startS) return undefined;
    const wasted = Math.round(last.count - first.count - (this.#until(last.t) - this.#until(first.t)));
    return wasted < FEWEST ? 0 : wasted;
  }

  #until(atS: number): number {
    let sum = 0;
    for (let t = 0; t < Math.floor(atS); t++) sum += this.#answered[t] ?? 0;
    return sum + (this.#answered[Math.floor(atS)] ?? 0) * (atS - Math.floor(atS));
  }
}
