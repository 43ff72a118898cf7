import type { SweepEntry } from '../../journal/trial-entry.js';
import type { SweepPoint } from '../../result/law-figures.js';
import type { Slo } from '../../scenario/objective.js';
import { coresText, percentText } from '../../text/figure-text.js';

/** Share of a core that a load thread may use: above it the generator is what the law would describe. */
const SATURATED = 0.9;
const DEFAULT_SUCCESS = 0.99;

/** The points of the closed sweep in the order in which they were measured; those that say nothing about the server with the reason. Pure. */
export function sweepPoints(entries: readonly SweepEntry[], slo: Slo, workers: number): readonly SweepPoint[] {
  const target = slo.success ?? DEFAULT_SUCCESS;
  return entries.map(({ callers, ok, failed, measuredS, generatorCores }): SweepPoint => {
    const rate = ok / measuredS;
    const share = failed / Math.max(1, ok + failed);
    if (generatorCores !== undefined && generatorCores > SATURATED * workers) {
      return { callers, rate, leftOut: `the generator used ${coresText(generatorCores)}` };
    }
    if (share > 1 - target + 1e-9) {
      return { callers, rate, leftOut: `${percentText(share)} of the calls failed` };
    }
    return ok === 0 ? { callers, rate, leftOut: 'nothing was answered' } : { callers, rate };
  });
}
