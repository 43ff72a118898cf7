import type { SelfCheck } from '../result/self-check.js';
import type { GateSettings } from '../scenario/gate-settings.js';
import { detectableChange } from './detectable-change.js';
import { isRatio, judgedMetrics } from './gate-rule.js';

/** What a gate can find of one metric, at the spread that a self-check saw. */
export interface MetricFinds {
  readonly name: string;
  readonly metric: GateSettings['metrics'][number];
  readonly pairSd: number;
  /** Change that nine of ten gates find, as a share; absent where even a threefold time would be missed too often. */
  readonly smallestDetectable?: number;
}

/** What gates of these settings find where pairs spread as in a self-check: each metric that both know. Pure. */
export function selfCheckFinds(
  check: Pick<SelfCheck, 'metrics'>,
  settings: Pick<GateSettings, 'metrics' | 'tools' | 'limits' | 'pairs'>,
): readonly MetricFinds[] {
  const judged = judgedMetrics(settings);
  return judged.flatMap(({ name, metric }): readonly MetricFinds[] => {
    const pairSd = check.metrics.find((known) => known.name === name)?.pairSd;
    if (pairSd === undefined || !isRatio(metric)) return [];
    const smallestDetectable = detectableChange({
      pairSd,
      metrics: Math.min(3, judged.length),
      limits: settings.limits[metric],
      looks: settings.pairs.looks,
    });
    return [{ name, metric, pairSd, ...(smallestDetectable === undefined ? {} : { smallestDetectable }) }];
  });
}
