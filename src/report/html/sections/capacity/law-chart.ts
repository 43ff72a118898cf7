import type { LawFigures } from '../../../../result/law-figures.js';
import { numberText, rateText } from '../../../../text/figure-text.js';
import { seriesStyle } from '../../../charts/series-styles.js';
import type { XyChart } from '../../../charts/xy-chart.js';

/** Throughput by the Universal Scalability Law (Gunther): X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)). */
const throughput = ({ lambda, sigma, kappa }: Pick<LawFigures, 'lambda' | 'sigma' | 'kappa'>, callers: number): number =>
  (lambda * callers) / (1 + sigma * (callers - 1) + kappa * callers * (callers - 1));

const VERDICTS: Readonly<Record<LawFigures['verdict'], string>> = {
  'peak-measured': 'peak measured: throughput declined beyond it',
  'peak-extrapolated': 'peak extrapolated: near the edge of what was tested, and no decline was seen',
  saturates: 'saturates: a flat top, no decline',
  'not-usl': 'the law does not fit: ignore its peak',
  'not-reached': 'peak not reached',
};

const STEPS = 80;

/** Throughput against callers: the closed sweep with the fitted law, and what linear scaling and contention alone would give. */
export function lawChart(law: LawFigures): XyChart {
  const most = Math.max(...law.points.map(({ callers }) => callers), 1);
  const at = Array.from({ length: STEPS + 1 }, (_, i) => 1 + ((most - 1) * i) / STEPS);
  const { lambda, sigma, kappa } = law;
  const curve = (terms: Pick<LawFigures, 'sigma' | 'kappa'>) => at.map((n) => [n, throughput({ lambda, ...terms }, n)] as const);
  const highest = Math.max(...law.points.map(({ rate }) => rate)) * 1.4;
  const clipped = (values: readonly (readonly [number, number])[]) => values.filter(([, rate]) => rate <= highest);
  const band = law.curve.flatMap(({ callers, low, high }) =>
    low === undefined || high === undefined ? [] : [[callers, low, Math.min(high, highest)] as const],
  );
  return {
    id: 'law',
    title: 'Throughput against concurrency',
    caption: `Callers without think time, each with its own session. ${VERDICTS[law.verdict]}. ${law.meaning} The law explains the curve; it is never the capacity figure.`,
    summary: `Best measured ${rateText(law.bestMeasured.rate)} at ${numberText(law.bestMeasured.callers)} callers; ${VERDICTS[law.verdict]}.`,
    x: { title: 'callers', unit: 'count', scale: 'linear' },
    y: { title: 'calls per second', unit: 'perS', scale: 'linear' },
    points: law.points.map(({ callers, rate, leftOut }) => ({
      x: callers,
      y: rate,
      kind: leftOut === undefined ? 'plain' : 'left-out',
      ...(leftOut === undefined ? {} : { hollow: true }),
    })),
    kinds: {
      plain: 'trial of the sweep',
      ...(law.points.some(({ leftOut }) => leftOut !== undefined) ? { 'left-out': 'left out of the fit' } : {}),
    },
    // Where a term is zero the fitted law is one of the other two already.
    lines: [
      { id: 'fit', label: `fitted law (${law.model})`, style: seriesStyle(0), values: curve(law) },
      ...(kappa > 0
        ? [{ id: 'amdahl', label: 'contention alone', style: seriesStyle(1), values: clipped(curve({ sigma, kappa: 0 })) }]
        : []),
      ...(sigma > 0 || kappa > 0
        ? [{ id: 'linear', label: 'linear', style: seriesStyle(2), values: clipped(curve({ sigma: 0, kappa: 0 })) }]
        : []),
    ],
    ...(band.length < 2 ? {} : { band: { label: '95 % band of the fit', values: band } }),
    limits: [],
    table: {
      head: ['Callers', 'Calls/s', 'Fitted', 'Left out'],
      rows: law.points.map(({ callers, rate, leftOut }) => [
        numberText(callers),
        rateText(rate),
        rateText(throughput(law, callers)),
        leftOut ?? '–',
      ]),
    },
    size: 'wide',
  };
}
