import type { GateMetric, GateSettings, RatioMetric } from '../scenario/gate-settings.js';

/** Something that a gate judges: a metric of all calls, or a quantile of one tool's. */
export interface JudgedMetric {
  /** `p95`, or `p95 of search_orders`. Figures of pairs are kept under it. */
  readonly name: string;
  readonly metric: GateMetric;
  readonly tool?: string;
}

const nameOf = (metric: GateMetric, tool: string | undefined): string => (tool === undefined ? metric : `${metric} of ${tool}`);

/** What a gate of these settings judges: its metrics, then the quantiles among them for each tool that is judged alone. */
export function judgedMetrics({ metrics, tools }: Pick<GateSettings, 'metrics' | 'tools'>): readonly JudgedMetric[] {
  const quantiles = metrics.filter((metric) => metric !== 'success' && metric !== 'cpu');
  return [
    ...metrics.map((metric): JudgedMetric => ({ name: metric, metric })),
    ...tools.flatMap((tool) => quantiles.map((metric): JudgedMetric => ({ name: nameOf(metric, tool), metric, tool }))),
  ];
}

export const isRatio = (metric: GateMetric): metric is RatioMetric => metric !== 'success';

/** What a decision needs of the settings of a gate. */
export interface GateRule extends Pick<GateSettings, 'limits' | 'successMargin'> {
  readonly metrics: readonly JudgedMetric[];
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
