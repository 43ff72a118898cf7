import type { Figures } from '../../result/call-figures.js';
import { numberText } from '../../text/figure-text.js';
import { briefCells, briefHeads } from '../brief-cells.js';
import type { ReportView } from '../report-view.js';
import type { Column } from './data-table.js';

/** Columns of tables with little room. */
export const briefColumns = (view: ReportView): readonly Column[] => briefHeads(view).map((head) => ({ head, numeric: true }));

/** Columns that phases, tools and endpoints share. */
export const figureColumns = (view: ReportView): readonly Column[] => [
  ...briefColumns(view),
  { head: 'Max', numeric: true },
  { head: 'p95 service', numeric: true },
  { head: 'Failed', numeric: true },
  { head: 'Dropped', numeric: true },
];

/** Cells of `figureColumns`. */
export const figureCells = (view: ReportView, figures: Figures): readonly string[] => [
  ...briefCells(view, figures),
  view.latency(figures.latencyUs.response, 'max'),
  view.latency(figures.latencyUs.service, 'p95'),
  numberText(figures.counts.failed + figures.counts.unfinished),
  numberText(figures.counts.dropped),
];
