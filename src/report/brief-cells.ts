import type { Figures } from '../result/call-figures.js';
import { numberText, rateText, ratioText } from '../text/figure-text.js';
import type { ReportView } from './report-view.js';

/** Heads of `briefCells`, long and short. */
export const briefHeads = ({ retries }: Pick<ReportView, 'retries'>): readonly string[] => [
  'Due',
  'Offered',
  'Goodput',
  'Success',
  ...(retries ? ['1st attempt'] : []),
  'p50',
  'p95',
  'p99',
];

/** Due, offered rate, goodput, success, p50, p95 and p99 of some calls: what every table of figures begins with; the success of first attempts where any was not the last. */
export const briefCells = ({ latency, retries }: ReportView, { counts, latencyUs }: Figures): readonly string[] => [
  numberText(counts.offered),
  rateText(counts.offeredRate),
  rateText(counts.goodput),
  ratioText(counts.successRate),
  ...(retries ? [ratioText(counts.firstAttemptSuccessRate ?? counts.successRate)] : []),
  latency(latencyUs.response, 'p50'),
  latency(latencyUs.response, 'p95'),
  latency(latencyUs.response, 'p99'),
];
