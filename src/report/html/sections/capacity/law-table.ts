import type { LawFigures } from '../../../../capacity/law-figures.js';
import { ABSENT, numberText, rateText, ratioText } from '../../../figure-text.js';
import { dataTable } from '../../data-table.js';
import { type Html, html, NOTHING } from '../../html.js';

const digits = (value: number): string => String(Number(value.toPrecision(3)));
const between = (interval: readonly [number, number] | undefined): string =>
  interval === undefined ? ABSENT : `${digits(interval[0])} to ${digits(interval[1])}`;

/** The terms of the fitted law with their intervals, and the tests that decide how far it may be believed. */
export function lawTable({ lambda, sigma, kappa, intervals, peak, bestMeasured, lackOfFit, decline, flags }: LawFigures): Html {
  const rows: readonly (readonly [string, string, string])[] = [
    ['rate of one caller (λ)', rateText(lambda), between(intervals?.lambda)],
    ['contention (σ)', digits(sigma), between(intervals?.sigma)],
    ['coherency (κ)', digits(kappa), between(intervals?.kappa)],
    ['best measured', `${rateText(bestMeasured.rate)} at ${numberText(bestMeasured.callers)} callers`, ABSENT],
    [
      'peak of the law',
      peak === undefined
        ? 'not told: the points do not support one'
        : `${rateText(peak.rate)} at ${numberText(peak.callers)} callers`,
      peak === undefined ? ABSENT : `${rateText(peak.low)} to ${rateText(peak.high)}`,
    ],
    ...(lackOfFit === undefined
      ? []
      : [
          [
            'lack of fit (F)',
            `${digits(lackOfFit.f)}, ${lackOfFit.f > lackOfFit.limit ? 'above' : 'below'} its limit of ${digits(lackOfFit.limit)}`,
            ABSENT,
          ] as const,
        ]),
    ...(decline === undefined
      ? []
      : [
          [
            'decline after the best level (t)',
            `${digits(decline.t)} against ${digits(decline.limit)}, a drop of ${ratioText(decline.drop)}: ${decline.declined ? 'declined' : 'no decline'}`,
            ABSENT,
          ] as const,
        ]),
  ];
  return html`${dataTable({
    label: 'Terms of the scalability law',
    columns: [{ head: 'Term' }, { head: 'Value', numeric: true }, { head: '95 % interval', numeric: true }],
    rows,
  })}${flags.length === 0 ? NOTHING : html`<ul class="caveats">${flags.map((text) => html`<li>${text}</li>`)}</ul>`}`;
}
