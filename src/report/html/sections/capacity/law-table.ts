import { callersForRate, rateForLatency } from '../../../../capacity/law/usl-inverse.js';
import type { LawFigures } from '../../../../result/law-figures.js';
import { ABSENT, amountText, numberText, rateText, ratioText } from '../../../../text/figure-text.js';
import { dataTable, type Html, html, listColumns, NOTHING } from '../../html.js';

const between = (interval: readonly [number, number] | undefined): string =>
  interval === undefined ? ABSENT : `${amountText(interval[0])} to ${amountText(interval[1])}`;

/**
 * The terms of the fitted law with their intervals, what it says of the confirmed rate, and the tests that decide how far it may be believed.
 * @param confirmed calls/s, for one target as measured; undefined where none was confirmed
 */
export function lawTable(law: LawFigures, confirmed: number | undefined): Html {
  const { lambda, sigma, kappa, intervals, peak, bestMeasured, lackOfFit, decline, flags } = law;
  const rows: readonly (readonly [term: string, value: string | undefined, interval: string])[] = [
    ['rate of one caller (λ)', rateText(lambda), between(intervals?.lambda)],
    ['contention (σ)', amountText(sigma), between(intervals?.sigma)],
    ['coherency (κ)', amountText(kappa), between(intervals?.kappa)],
    ['best measured', `${rateText(bestMeasured.rate)} at ${numberText(bestMeasured.callers)} callers`, ABSENT],
    [
      'peak of the law',
      peak === undefined
        ? 'omitted: the points do not support one'
        : `${rateText(peak.rate)} at ${numberText(peak.callers)} callers`,
      peak === undefined ? ABSENT : `${rateText(peak.low)} to ${rateText(peak.high)}`,
    ],
    ...(law.verdict === 'not-usl' ? [] : readings(law, confirmed).map(([term, value]) => [term, value, ABSENT] as const)),
    [
      'lack of fit (F)',
      lackOfFit &&
        `${amountText(lackOfFit.f)}, ${lackOfFit.f > lackOfFit.limit ? 'above' : 'below'} its limit of ${amountText(lackOfFit.limit)}`,
      ABSENT,
    ],
    [
      'decline after the best level (t)',
      decline &&
        `${amountText(decline.t)} against ${amountText(decline.limit)}, a drop of ${ratioText(decline.drop)}: ${decline.declined ? 'declined' : 'no decline'}`,
      ABSENT,
    ],
  ];
  return html`${dataTable(
    rows.filter(([, value]) => value !== undefined),
    { label: 'Terms of the scalability law', columns: listColumns(['Term', 'Value', '95 % interval']) },
  )}${flags.length === 0 ? NOTHING : html`<ul class="caveats">${flags.map((text) => html`<li>${text}</li>`)}</ul>`}`;
}

/** What the law, read the other way round, says inside the range that was tested. */
function readings(law: LawFigures, confirmed: number | undefined): readonly (readonly [string, string])[] {
  const most = Math.max(...law.points.filter(({ leftOut }) => leftOut === undefined).map(({ callers }) => callers));
  const rows: (readonly [string, string])[] = [];
  if (confirmed !== undefined) {
    const callers = callersForRate(law, confirmed);
    const text =
      callers === undefined ? 'none: the law never reaches it' : callers > most ? 'beyond what was tested' : amountText(callers);
    rows.push([`callers without think time that give the confirmed ${rateText(confirmed)}`, text]);
  }
  const doubled = rateForLatency(law, 2 / law.lambda);
  if (doubled !== undefined && (2 * doubled) / law.lambda <= most)
    rows.push(['a mean call takes twice as long as alone from', rateText(doubled)]);
  return rows;
}
