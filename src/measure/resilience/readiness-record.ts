import type { ReadinessReaction } from '../fault-figures.js';
import type { HealthEntry } from '../signal-entry.js';

/** Answers of the readiness probe, in order of time. */
export class ReadinessRecord {
  readonly #answers: { readonly t: number; readonly ok: boolean }[] = [];

  add({ probe, t, ok }: HealthEntry): void {
    if (probe === 'ready') this.#answers.push({ t, ok });
  }

  /** How the probe took a fault; undefined where none was sent while it was on. */
  reaction(startS: number, removedAtS: number, untilS: number): ReadinessReaction | undefined {
    const during = this.#answers.filter(({ t }) => t >= startS && t <= removedAtS);
    if (during.length === 0) return undefined;
    const after = this.#answers.filter(({ t }) => t > removedAtS && t <= untilS);
    const firstMiss = [...during, ...after].find(({ ok }) => !ok);
    const back = firstMiss === undefined ? undefined : after.find(({ t, ok }) => ok && t >= firstMiss.t);
    return {
      probes: during.length,
      misses: during.filter(({ ok }) => !ok).length,
      ...(firstMiss === undefined ? {} : { missedAfterS: round(firstMiss.t - startS) }),
      ...(back === undefined ? {} : { backAfterS: round(back.t - removedAtS) }),
    };
  }
}

const round = (valueS: number): number => Number(valueS.toFixed(2));
