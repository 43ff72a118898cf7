import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let loaded: Promise<string> | undefined;

/** Four folders up is the package, from `src` as from `dist`; the bundle is made by the build. */
const BUNDLE = join(
  dirname(fileURLToPath(import.meta.url)),
  ...['..', '..', '..', '..', 'dist', 'report', 'html', 'calculator', 'calculator-bundle.js'],
);

/** The script of the calculator: the sizing as the build bundled it for browsers, and what joins it to the inputs. Read once per process. */
export function calculatorScript(): Promise<string> {
  loaded ??= readFile(BUNDLE, 'utf8').then(
    (bundle) =>
      `${bundle
        .replace(/\/\/# sourceMappingURL=.*\s*$/, '')
        .replace(/<\/(script)/gi, '<\\/$1')
        .replace(/<!--/g, '<\\!--')}\n${WIRING}`,
  );
  return loaded;
}

/** Text only ever goes into text nodes: nothing typed or measured can become markup. */
const WIRING = `
(function () {
  'use strict';
  var box = document.querySelector('[data-calculator]');
  if (!box || typeof plimsollCalculator === 'undefined') return;
  var question = JSON.parse(box.querySelector('script[type="application/json"]').textContent);
  var inputs = Array.from(box.querySelectorAll('input'));
  var headline = box.querySelector('[data-headline]');
  var facts = box.querySelector('[data-facts]');
  var kubernetes = box.querySelector('[data-kubernetes]');
  var manifest = box.querySelector('[data-manifest]');
  var warnings = box.querySelector('[data-warnings]');
  function element(name, text) {
    var made = document.createElement(name);
    made.textContent = text;
    return made;
  }
  function show() {
    var typed = {};
    inputs.forEach(function (input) { typed[input.name] = input.value; });
    var answer = plimsollCalculator.calculatorAnswer(question, typed, box.dataset.name);
    headline.textContent = answer.headline;
    kubernetes.hidden = answer.manifest === undefined;
    manifest.textContent = answer.manifest || '';
    box.classList.toggle('is-wrong', answer.wrong);
    facts.replaceChildren.apply(facts, answer.facts.map(function (fact) {
      var row = document.createElement('div');
      row.append(element('dt', fact[0]), element('dd', fact[1]));
      return row;
    }));
    warnings.replaceChildren.apply(warnings, answer.warnings.map(function (text) { return element('li', text); }));
  }
  inputs.forEach(function (input) { input.addEventListener('input', show); });
  box.querySelector('[data-reset]').addEventListener('click', function () {
    inputs.forEach(function (input) { input.value = input.dataset.initial; });
    show();
  });
  box.hidden = false;
  show();
})();
`;
