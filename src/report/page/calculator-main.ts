/** The calculator of a capacity report: the sizing of the tool, worked out anew in the page for what a planner types. */

import { type CalculatorBasis, calculatorAnswer } from '../html/calculator/calculator-answer.js';
import { element, found } from './elements.js';

function join(box: HTMLElement): void {
  const basis = JSON.parse(found(box, 'script[type="application/json"]').textContent ?? '') as CalculatorBasis;
  const inputs = [...box.querySelectorAll('input')];
  const show = () => {
    const typed = Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
    const answer = calculatorAnswer(basis, typed, box.dataset.name ?? '');
    found(box, '[data-headline]').textContent = answer.headline;
    found(box, '[data-kubernetes]').hidden = answer.manifest === undefined;
    found(box, '[data-manifest]').textContent = answer.manifest ?? '';
    box.classList.toggle('is-wrong', answer.wrong);
    found(box, '[data-facts]').replaceChildren(
      ...answer.facts.map(([name, value]) => {
        const row = element('div');
        row.append(element('dt', undefined, name), element('dd', undefined, value));
        return row;
      }),
    );
    found(box, '[data-warnings]').replaceChildren(...answer.warnings.map((text) => element('li', undefined, text)));
  };
  for (const input of inputs) input.addEventListener('input', show);
  found(box, '[data-reset]').addEventListener('click', () => {
    for (const input of inputs) input.value = input.dataset.initial ?? '';
    show();
  });
  box.hidden = false;
  show();
}

const box = document.querySelector<HTMLElement>('[data-calculator]');
if (box !== null) join(box);
