import type { Check } from '../../result/verdict.js';
import { type Html, html } from './html.js';

/** Shape and word beside the colour, so that neither sight of colour nor print is needed. */
const MARKS: Readonly<Record<Check['outcome'], { readonly sign: string; readonly word: string }>> = {
  pass: { sign: 'M5 10.5l3.5 3.5L15 7', word: 'pass' },
  fail: { sign: 'M6 6l8 8M14 6l-8 8', word: 'fail' },
  inconclusive: { sign: 'M7.2 7.4a2.9 2.9 0 1 1 4.2 2.7c-.9.5-1.4 1-1.4 2M10 14.9v.2', word: 'inconclusive' },
  invalid: { sign: 'M10 5v6.2M10 14.6v.2', word: 'invalid' },
  'not-applicable': { sign: 'M6 10h8', word: 'not applicable' },
};

export const outcomeWord = (outcome: Check['outcome']): string => MARKS[outcome].word;

/** What a check with that outcome is: in doubt where a whole run is invalid. */
const checkWord = (outcome: Check['outcome']): string => (outcome === 'invalid' ? 'in doubt' : outcomeWord(outcome));

export const outcomeMark = (outcome: Check['outcome'], size = 20): Html =>
  html`<svg class="mark" width="${size}" height="${size}" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="10" cy="10" r="9.5"/><path d="${MARKS[outcome].sign}"/></svg>`;

export const outcomeBadge = (outcome: Check['outcome'], word = checkWord(outcome)): Html =>
  html`<span class="badge is-${outcome}">${outcomeMark(outcome, 15)}${word}</span>`;
