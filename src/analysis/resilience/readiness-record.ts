import type { HealthEntry } from '../../journal/signal-entry.js';
import type { ReadinessReaction } from '../../result/fault-figures.js';

/** Answers of the readiness probe, in order of time. */
export class ReadinessRecord {
  readonly #answers: { readonly t: number; readonly ok: boolean }[] = [];

  add({ probe, t, ok }: HealthEntry): void {
    if (probe === 'ready') this.#answers.push({ t, ok });
  }

  /** Two probes' time, and two seconds at least: as long as one may take. */
  #lagS(): number {
    const gaps = this.#answers.slice(1).map(({ t }, i) => t - (this.#answers[i]?.t ?? t));
    const median = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 1;
    return Math.max(2, 2 * median);
  }

  /** How the probe took a fault; undefined where none was sent while it was on. */
  reaction(startS: number, removedAtS: number, untilS: number): ReadinessReaction | undefined {
    const during = this.#answers.filter(({ t }) => t >= startS && t <= removedAtS);
    if (during.length === 0) return undefined;
    const after = this.#answers.filter(({ t }) => t > removedAtS && t <= untilS);
    const miss = [...during, ...after].find(({ ok }) => !ok);
    // A probe may be due, or wait for its answer, when the fault ends. A miss later than that is no answer to the fault.
    const late = miss !== undefined && miss.t > removedAtS + this.#lagS();
    const firstMiss = late ? undefined : miss;
    const back = firstMiss === undefined ? undefined : after.find(({ t, ok }) => ok && t >= firstMiss.t);
    return {
      probes: during.length,
      misses: during.filter(({ ok }) => !ok).length,
      ...(firstMiss === undefined ? {} : { missedAfterS: round(firstMiss.t - startS) }),
      ...(late ? { missedAfterEndS: round(miss.t - removedAtS) } : {}),
      ...(back === undefined ? {} : { backAfterS: round(back.t - removedAtS) }),
    };
  }
}

const round = (valueS: number): number => Number(valueS.toFixed(2));
