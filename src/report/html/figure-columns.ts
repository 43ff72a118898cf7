import type { Figures } from '../../measure/call-figures.js';
import { briefCells } from '../brief-cells.js';
import { numberText } from '../figure-text.js';
import type { ReportView } from '../report-view.js';
import type { Column } from './data-table.js';

/** Columns of tables with little room. */
export const BRIEF_COLUMNS: readonly Column[] = [
  { head: 'Due', numeric: true },
  { head: 'Offered', numeric: true },
  { head: 'Goodput', numeric: true },
  { head: 'Success', numeric: true },
  { head: 'p50', numeric: true },
  { head: 'p95', numeric: true },
  { head: 'p99', numeric: true },
];

/** Columns that phases, tools and endpoints share. */
export const FIGURE_COLUMNS: readonly Column[] = [
  ...BRIEF_COLUMNS,
  { head: 'Max', numeric: true },
  { head: 'p95 service', numeric: true },
  { head: 'Failed', numeric: true },
  { head: 'Dropped', numeric: true },
];

/** Cells of `FIGURE_COLUMNS`. */
export const figureCells = (view: ReportView, figures: Figures): readonly string[] => [
  ...briefCells(view, figures),
  view.latency(figures.latencyUs.response, 'max'),
  view.latency(figures.latencyUs.service, 'p95'),
  numberText(figures.counts.failed + figures.counts.unfinished),
  numberText(figures.counts.dropped),
];
