import type { Figures } from '../../result/call-figures.js';
import { numberText } from '../../text/figure-text.js';
import { briefFigures } from '../brief-cells.js';
import { type Column, numeric } from '../column.js';
import type { ReportView } from '../report-view.js';

/** Columns of tables with little room. */
export const briefColumns = (view: ReportView): readonly Column<Figures, string>[] =>
  briefFigures(view).map(([head, cell]) => numeric(head, cell));

/** Columns that phases, tools and endpoints share. */
export const figureColumns = (view: ReportView): readonly Column<Figures, string>[] => [
  ...briefColumns(view),
  numeric('Max', ({ latencyUs }) => view.latency(latencyUs.response, 'max')),
  numeric('p95 service', ({ latencyUs }) => view.latency(latencyUs.service, 'p95')),
  numeric('Failed', ({ counts }) => numberText(counts.failed + counts.unfinished)),
  numeric('Dropped', ({ counts }) => numberText(counts.dropped)),
];
