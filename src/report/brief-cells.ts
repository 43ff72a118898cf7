import type { Figures } from '../measure/call-figures.js';
import { numberText, rateText, ratioText } from './figure-text.js';
import type { ReportView } from './report-view.js';

/** Due, offered rate, goodput, success, p50, p95 and p99 of some calls: what every table of figures begins with. */
export const briefCells = ({ latency }: ReportView, { counts, latencyUs }: Figures): readonly string[] => [
  numberText(counts.offered),
  rateText(counts.offeredRate),
  rateText(counts.goodput),
  ratioText(counts.successRate),
  latency(latencyUs.response, 'p50'),
  latency(latencyUs.response, 'p95'),
  latency(latencyUs.response, 'p99'),
];
