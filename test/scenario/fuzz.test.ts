import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScenarioProblems } from '../../src/scenario/file/problem.js';
import { Redactor } from '../../src/scenario/file/redactor.js';
import { planOf } from '../../src/scenario/plan/plan.js';
import { renderPlan } from '../../src/scenario/plan/plan-text.js';
import { parse } from './minimal.js';

const complete = readFileSync(new URL('contract/complete.yaml', import.meta.url), 'utf8');
const words = [
  'null',
  '[]',
  '{}',
  '-1',
  '0',
  '.nan',
  '"{{ x"',
  '"$\u007bX"',
  '&a',
  '*a',
  '!t',
  '1/s..',
  '99999999999/s',
  '~',
  '|',
  '\t',
  '"',
  ': ',
  '- ',
  '__proto__',
];

/** The text is either a scenario that can be planned, or refused with located problems: never anything else. */
const survives = (text: string): void => {
  try {
    renderPlan(planOf(parse(text).scenario));
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioProblems);
    expect((error as ScenarioProblems).problems.length).toBeGreaterThan(0);
    for (const { place, found, accepted } of (error as ScenarioProblems).problems) {
      expect(place.line).toBeGreaterThan(0);
      expect(found).not.toMatch(/^$|undefined|\[object/);
      expect(accepted).not.toMatch(/^$|undefined|\[object|Invalid input/);
    }
  }
};

describe('whatever a file holds', () => {
  it('says what is accepted also where no call or no column is left', () => {
    const withoutCalls = complete.replace(/^calls:/m, 'call:');
    expect(withoutCalls).not.toBe(complete);
    expect(() => parse(withoutCalls)).toThrow(ScenarioProblems);
    survives(withoutCalls);
    const emptyRow = complete.replace('{ id: 1 }', '{ }');
    expect(emptyRow).not.toBe(complete);
    expect(() => parse(emptyRow)).toThrow(ScenarioProblems);
    survives(emptyRow);
  });

  it('ends in a plan or in located problems, with a value replaced', () => {
    const values = [...complete.matchAll(/(?<=[:[,] )[^\s,[\]{}]+/g)].map(({ index, 0: value }) => ({
      index,
      length: value.length,
    }));
    fc.assert(
      fc.property(fc.constantFrom(...values), fc.constantFrom(...words), ({ index, length }, word) =>
        survives(complete.slice(0, index) + word + complete.slice(index + length)),
      ),
      { numRuns: 150 },
    );
  });

  it('ends in a plan or in located problems, with a piece cut out', () => {
    fc.assert(
      fc.property(fc.nat(complete.length - 1), fc.nat(80), (start, length) =>
        survives(complete.slice(0, start) + complete.slice(start + length)),
      ),
      { numRuns: 100 },
    );
  });
});

describe('Redactor', () => {
  it('takes no quadratic time on a long text', () => {
    const text = 'a'.repeat(300_000);
    // Linear is some milliseconds, quadratic is minutes: the time limit of the test tells them apart on any machine.
    expect(new Redactor(['tok-12345678']).redact(text)).toBe(text);
    expect(new Redactor([]).redact(`x://${text}`)).toBe(`x://${text}`);
    expect(new Redactor([]).redact(`x://${':'.repeat(100_000)}`)).toContain('x://');
  });
});
