import type { SizingFigures } from '../../../result/sizing-figures.js';
import { embeddedJson } from '../embedded-json.js';
import { type Html, html } from '../html.js';
import { basisOf, calculatorAnswer } from './calculator-answer.js';
import { CALCULATOR_FIELDS, shownAs, shownValue } from './calculator-fields.js';

/** The calculator of a report: inputs that the page's script shows and reads. Without scripts it stays hidden, and the tables stand. */
export function calculator(sizing: SizingFigures, name: string): Html {
  const basis = basisOf(sizing);
  const { question } = basis;
  const { headline, facts } = calculatorAnswer(basis, {}, name);
  return html`<div class="calculator" data-calculator data-name="${name}" hidden role="group" aria-labelledby="calculator-title">
<h3 id="calculator-title">What if</h3>
<p class="note">Change the plan and see the result at once. The tables below come from the same code. Nothing leaves this page.</p>
<div class="fields">${CALCULATOR_FIELDS.map((field) => {
    const { key } = field;
    const { label, min, step } = field.field;
    return html`<label for="calculator-${key}"><span>${label}</span><input id="calculator-${key}" name="${key}" type="number" inputmode="decimal" min="${min}" step="${step}" value="${shownValue(field, question)}" data-initial="${shownValue(field, question)}"><small>${shownAs(field).unit}</small></label>`;
  })}</div>
<output class="outcome" aria-live="polite" for="${CALCULATOR_FIELDS.map(({ key }) => `calculator-${key}`).join(' ')}">
<p class="value" data-headline>${headline}</p>
<dl data-facts>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<ul class="caveats" data-warnings></ul></output>
<details class="behind" data-kubernetes hidden><summary>Kubernetes manifest for these numbers</summary>
<pre tabindex="0" aria-label="Kubernetes manifest" data-manifest></pre></details>
<p><button type="button" data-reset>Back to the original plan</button></p>
${embeddedJson(basis)}</div>`;
}
