import type { Figures } from '../../measure/call-figures.js';
import { numberText, rateText, ratioText } from '../figure-text.js';
import type { ReportView } from '../report-view.js';
import type { Column } from './data-table.js';

/** Columns that phases, tools and endpoints share. */
export const FIGURE_COLUMNS: readonly Column[] = [
  { head: 'Due', numeric: true },
  { head: 'Offered', numeric: true },
  { head: 'Goodput', numeric: true },
  { head: 'Success', numeric: true },
  { head: 'p50', numeric: true },
  { head: 'p95', numeric: true },
  { head: 'p99', numeric: true },
  { head: 'Max', numeric: true },
  { head: 'p95 service', numeric: true },
  { head: 'Failed', numeric: true },
  { head: 'Dropped', numeric: true },
];

/** Cells of `FIGURE_COLUMNS`. */
export const figureCells = ({ latency }: ReportView, { counts, latencyUs }: Figures): readonly string[] => [
  numberText(counts.offered),
  rateText(counts.offeredRate),
  rateText(counts.goodput),
  ratioText(counts.successRate),
  latency(latencyUs.response, 'p50'),
  latency(latencyUs.response, 'p95'),
  latency(latencyUs.response, 'p99'),
  latency(latencyUs.response, 'max'),
  latency(latencyUs.service, 'p95'),
  numberText(counts.failed + counts.unfinished),
  numberText(counts.dropped),
];
