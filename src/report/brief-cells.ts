import type { Figures } from '../result/call-figures.js';
import { numberText, rateText, ratioText } from '../text/figure-text.js';
import type { ReportView } from './report-view.js';

/** What every table of figures begins with, by head; the success of first attempts where any was not the last. */
export const briefFigures = ({
  latency,
  retries,
}: ReportView): readonly (readonly [head: string, cell: (figures: Figures) => string])[] => [
  ['Due', ({ counts }) => numberText(counts.offered)],
  ['Offered', ({ counts }) => rateText(counts.offeredRate)],
  ['Goodput', ({ counts }) => rateText(counts.goodput)],
  ['Success', ({ counts }) => ratioText(counts.successRate)],
  ...(retries ? [['1st attempt', firstAttempts] as const] : []),
  ['p50', ({ latencyUs }) => latency(latencyUs.response, 'p50')],
  ['p95', ({ latencyUs }) => latency(latencyUs.response, 'p95')],
  ['p99', ({ latencyUs }) => latency(latencyUs.response, 'p99')],
];

const firstAttempts = ({ counts }: Figures): string => ratioText(counts.firstAttemptSuccessRate ?? counts.successRate);

export const briefHeads = (view: ReportView): readonly string[] => briefFigures(view).map(([head]) => head);

export const briefCells = (view: ReportView, figures: Figures): readonly string[] =>
  briefFigures(view).map(([, cell]) => cell(figures));
