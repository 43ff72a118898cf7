import type { CapacityAnswer, CapacityFigures } from '../../../../result/capacity-figures.js';
import type { SizingFigures } from '../../../../result/sizing-figures.js';
import { drivenBy } from '../../../../sizing/sizing-words.js';
import { amountText, rateText, ratioText } from '../../../../text/figure-text.js';
import { capacityCaveats } from '../../../capacity-caveats.js';
import { type Html, html, NOTHING } from '../../html.js';

/** Rate of one instance: figures are the total over the measured ones. */
const perInstance = (rate: number, { instances }: CapacityFigures): number => rate / instances;

const ENDINGS: Readonly<Record<CapacityAnswer['ending'], string>> = {
  confirmed: 'confirmed by a soak',
  'at-least': 'at least',
  'nothing-passes': 'nothing passes',
  unconfirmed: 'not confirmed',
  invalid: 'no figure',
  interrupted: 'stopped before its end',
  'degraded-for-good': 'overload degraded it for good',
};

/** How sure the rate of the box is: a soak that passed stays passed, however the search ended after it. */
function endingText({ ending, interval, estimate }: CapacityAnswer): string {
  if (ending === 'confirmed' || ending === 'nothing-passes' || ending === 'invalid') return ENDINGS[ending];
  if (ending === 'at-least') return interval.confirmedPass === undefined ? 'no figure' : 'at least, confirmed by a soak';
  if (interval.confirmedPass !== undefined) return `confirmed by a soak, ${ENDINGS[ending]}`;
  if (estimate === undefined)
    return ending === 'unconfirmed' ? 'nothing confirmed, no estimate' : `${ENDINGS[ending]}, no figure`;
  return ending === 'unconfirmed' ? 'an estimate, not confirmed' : `an estimate, not confirmed; ${ENDINGS[ending]}`;
}

/** The answer in one box: rate at the SLO with its interval, instances for the planned peak, what drives both, and what it assumes. */
export function answerBox(capacity: CapacityFigures): Html {
  const { healthy, instances } = capacity;
  const answer = healthy ?? capacity.underFaults[0];
  if (answer === undefined) return html`<p class="nothing">Nothing was measured.</p>`;
  const { interval, estimate, ending } = answer;
  const best = interval.confirmedPass ?? estimate?.rate;
  const sign = best === undefined ? '' : ending === 'at-least' ? '≥ ' : interval.confirmedPass === undefined ? '≈ ' : '';
  return html`<div class="tiles answer">
<div class="tile"><h3>Capacity of one instance${answer.under === 'none' ? NOTHING : ` under ${answer.under}`}</h3>
<p class="value">${best === undefined ? (ending === 'nothing-passes' ? 'none' : 'not known') : `${sign}${rateText(perInstance(best, capacity))}`}</p>
<p class="what">${endingText(answer)}${answer.bindingCondition === undefined ? NOTHING : html`, limited by <strong>${answer.bindingCondition}</strong>`}</p>
<dl>${fact('confirmed', interval.confirmedPass, capacity)}${fact('smallest failing', interval.smallestFail, capacity)}${
    estimate === undefined
      ? NOTHING
      : html`<div><dt>estimate (${ratioText(estimate.level).replace('.00', '')} interval)</dt><dd>${rateText(perInstance(estimate.rate, capacity))} (${rateText(perInstance(estimate.low, capacity))} to ${rateText(perInstance(estimate.high, capacity))})</dd></div>`
  }<div><dt>arrivals</dt><dd>${capacity.arrivals}</dd></div><div><dt>accuracy</dt><dd>${answer.label}</dd></div>${
    instances === 1 ? NOTHING : html`<div><dt>measured with</dt><dd>${instances} instances</dd></div>`
  }</dl></div>
${sizingTile(capacity)}</div>
<p class="lead">${answer.summary}.</p>
${answer.worksOn === undefined ? NOTHING : html`<p class="lead">What limits it: the server ${answer.worksOn.text}.</p>`}
<ul class="caveats">${capacityCaveats(capacity).map((text) => html`<li>${text}</li>`)}</ul>`;
}

function sizingTile(capacity: CapacityFigures): Html {
  const { sizing, sizingOmitted } = capacity;
  if (sizing === undefined)
    return sizingOmitted === undefined
      ? html`<div class="tile"><h3>Instances</h3><p class="value">not asked</p><p class="what">name a peak (<code>capacity.peak</code> or <code>--peak</code>) to size for it</p></div>`
      : html`<div class="tile"><h3>Instances for your peak</h3><p class="value">not sized</p><p class="what">${sizingOmitted}</p></div>`;
  const { instances, doesNotFit, binding, question, fleet } = sizing;
  return html`<div class="tile"><h3>Instances for your peak</h3><p class="value">${instances === null ? 'does not fit' : instances}</p>
<p class="what">${
    instances === null
      ? (doesNotFit?.summary ?? 'no number of instances is enough').replace(/^does not fit: /, '')
      : html`driven by <strong>${drivenBy(binding, question)}</strong>`
  }</p>
<dl><div><dt>planned at the peak</dt><dd>${rateText(sizing.plannedCalls)}</dd></div><div><dt>sized with, for one instance</dt><dd>${sizedWith(capacity, sizing)}</dd></div>${
    doesNotFit?.peakThatFits === undefined
      ? NOTHING
      : html`<div><dt>largest peak that fits</dt><dd>${amountText(doesNotFit.peakThatFits)}/s</dd></div>`
  }${
    fleet === undefined
      ? NOTHING
      : html`<div><dt>utilization, all healthy</dt><dd>${ratioText(fleet.utilisation.allUp)}</dd></div><div><dt>after the worst failure</dt><dd>${ratioText(fleet.worstFailureUtilisation)}</dd></div>`
  }</dl></div>`;
}

/** Which of the figures of the other tile the sizing took, so that nobody divides by the wrong one. */
function sizedWith(capacity: CapacityFigures, { question, inputs }: SizingFigures): string {
  const rate = rateText(question.capacityPerS);
  const source = inputs.find(({ name }) => name === 'measured.confirmed')?.source;
  if (source !== 'measured' && source !== 'estimated') return `${rate}, given`;
  const low = capacity.healthy?.estimate?.low;
  const isLow = low !== undefined && Math.abs(perInstance(low, capacity) / question.capacityPerS - 1) < 1e-9;
  return `${rate}, ${isLow ? 'the low end of the estimate' : 'the confirmed rate'}`;
}

const fact = (name: string, rate: number | undefined, capacity: CapacityFigures): Html =>
  rate === undefined ? NOTHING : html`<div><dt>${name}</dt><dd>${rateText(perInstance(rate, capacity))}</dd></div>`;
