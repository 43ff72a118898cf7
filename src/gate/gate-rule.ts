import type { GateMetric, GateSettings } from '../scenario/gate-settings.js';

/** What a decision needs of the settings of a gate. */
export interface GateRule extends Pick<GateSettings, 'metrics' | 'limits' | 'successMargin'> {
  readonly metrics: readonly GateMetric[];
  /** Numbers of pairs at which the gate is looked at; what is seen at the first alone has to be confirmed. */
  readonly looks: readonly number[];
  /**
   * Spread of the log ratio that repeating the pairs cannot show, because the same processes answered in every pair; added to each standard error
   * in quadrature. 0 where every pair has fresh processes.
   */
  readonly constantSpread: number;
}

/** Chance that any metric of an unchanged build is called worse at one look. */
export const WORSE_ALPHA = 0.01;
/** Level of the one-sided bound under which a metric is not worse. */
export const NOT_WORSE_LEVEL = 0.95;
/** Pairs in which a metric has to be worse without a size (no answer at that quantile), or to have excess failures. */
export const PAIRS_WITHOUT_SIZE = 3;
