import type { CapacityAnswer, CapacityFigures } from '../../../../capacity/capacity-figures.js';
import type { SizingFigures } from '../../../../capacity/sizing-figures.js';
import { capacityCaveats } from '../../../capacity-caveats.js';
import { rateText, ratioText } from '../../../figure-text.js';
import { type Html, html, NOTHING } from '../../html.js';
import { COUNTS } from './count-words.js';

/** Rate of one instance: figures are the total over the measured ones. */
export const perInstance = (rate: number, { instances }: CapacityFigures): number => rate / instances;

const ENDINGS: Readonly<Record<CapacityAnswer['ending'], string>> = {
  confirmed: 'confirmed by a soak',
  'at-least': 'at least',
  'nothing-passes': 'nothing passes',
  unconfirmed: 'not confirmed',
  invalid: 'no figure',
  interrupted: 'stopped before its end',
  'degraded-for-good': 'overload degraded it for good',
};

/** The answer in one box: rate at the SLO with its interval, instances for the planned peak, what binds, and what it takes for granted. */
export function answerBox(capacity: CapacityFigures): Html {
  const { healthy, sizing, instances } = capacity;
  const answer = healthy ?? capacity.underFaults[0];
  if (answer === undefined) return html`<p class="nothing">Nothing was measured.</p>`;
  const { interval, estimate, ending } = answer;
  const best = interval.confirmedPass ?? estimate?.rate;
  return html`<div class="tiles answer">
<div class="tile"><h3>Capacity of one instance</h3>
<p class="value">${best === undefined ? 'none' : html`${ending === 'at-least' ? '≥ ' : NOTHING}${rateText(perInstance(best, capacity))}`}</p>
<p class="what">${ENDINGS[ending]}${answer.bindingCondition === undefined ? NOTHING : html`, bound by <strong>${answer.bindingCondition}</strong>`}</p>
<dl>${fact('confirmed', interval.confirmedPass, capacity)}${fact('smallest failing', interval.smallestFail, capacity)}${
    estimate === undefined
      ? NOTHING
      : html`<div><dt>estimate (${ratioText(estimate.level).replace('.00', '')} interval)</dt><dd>${rateText(perInstance(estimate.rate, capacity))} (${rateText(perInstance(estimate.low, capacity))} to ${rateText(perInstance(estimate.high, capacity))})</dd></div>`
  }<div><dt>arrivals</dt><dd>${capacity.arrivals}</dd></div><div><dt>honest width</dt><dd>${answer.label}</dd></div>${
    instances === 1 ? NOTHING : html`<div><dt>measured with</dt><dd>${instances} instances</dd></div>`
  }</dl></div>
${
  sizing === undefined
    ? capacity.sizingRefused !== undefined
      ? html`<div class="tile"><h3>Instances for your peak</h3><p class="value">not sized</p><p class="what">${capacity.sizingRefused}</p></div>`
      : html`<div class="tile"><h3>Instances</h3><p class="value">not asked</p><p class="what">name a peak (<code>capacity.peak</code> or <code>--peak</code>) to size for it</p></div>`
    : html`<div class="tile"><h3>Instances for your peak</h3><p class="value">${sizing.instances === null ? 'none suffice' : sizing.instances}</p>
<p class="what">${sizing.binding.length === 0 ? NOTHING : html`bound by <strong>${sizing.binding.map((count) => COUNTS[count]).join(', ')}</strong>`}</p>
<dl><div><dt>planned at the peak</dt><dd>${rateText(sizing.plannedCalls)}</dd></div><div><dt>sized with, for one instance</dt><dd>${sizedWith(capacity, sizing)}</dd></div>${
        sizing.fleet === undefined
          ? NOTHING
          : html`<div><dt>use of the capacity, all up</dt><dd>${ratioText(sizing.fleet.utilisation.allUp)}</dd></div><div><dt>in the worst failure</dt><dd>${ratioText(sizing.fleet.worstFailureUtilisation)}</dd></div>`
      }</dl></div>`
}</div>
<p class="lead">${answer.summary}.</p>
<ul class="caveats">${capacityCaveats(capacity).map((text) => html`<li>${text}</li>`)}</ul>`;
}

/** Which of the figures of the other tile the sizing took, so that nobody divides by the wrong one. */
function sizedWith(capacity: CapacityFigures, { question, inputs }: SizingFigures): string {
  const rate = rateText(question.capacityPerS);
  if (inputs.find(({ name }) => name === 'measured.confirmed')?.source !== 'measured') return `${rate}, given`;
  const low = capacity.healthy?.estimate?.low;
  const isLow = low !== undefined && Math.abs(perInstance(low, capacity) / question.capacityPerS - 1) < 1e-9;
  return `${rate}, ${isLow ? 'the low end of the estimate' : 'the confirmed rate'}`;
}

const fact = (name: string, rate: number | undefined, capacity: CapacityFigures): Html =>
  rate === undefined ? NOTHING : html`<div><dt>${name}</dt><dd>${rateText(perInstance(rate, capacity))}</dd></div>`;
