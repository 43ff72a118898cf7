import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '..', '..', 'src');

/** Files that round numbers, or write them for a program. What a person reads is written by `text/`. */
const NOT_FOR_READERS: Readonly<Record<string, string>> = {
  'analysis/resilience/proxy-tally.ts': 'numbers of the result',
  'analysis/resilience/readiness-record.ts': 'numbers of the result',
  'analysis/resilience/recovery.ts': 'numbers of the result',
  'analysis/resilience/resilience-tally.ts': 'numbers of the result',
  'journal/hdr-log.ts': 'the format of HdrHistogram',
  'judge/predicted-limits.ts': 'numbers of the result',
  'report/charts/chart-rows.ts': 'numbers of a chart',
  'report/charts/draw-chart.ts': 'paths of a drawing',
  'report/charts/line-chart-spec.ts': 'places of ticks',
  'report/html/calculator/calculator-fields.ts': 'what a planner types, read back as a number',
  'report/junit.ts': 'an attribute of JUnit',
  'scenario/file/units.ts': 'the grammar of scenarios, read back as a number',
  'scenario/plan/plan-text.ts': 'a rate in the grammar of scenarios',
  'sizing/does-not-fit.ts': 'a number of the result',
  'sizing/plain-formula.ts': 'a number that is rounded up',
};

/** What writes a number in a way of its own. */
const OWN_WAY = /\.to(?:Fixed|Precision|Exponential|LocaleString)\(|Intl\.NumberFormat|Math\.\w+\([^`}]*\)\} ?(?:%|s|ms|\/s)\b/;

describe('figures', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split('\\').join('/'))
    .filter((name) => name.endsWith('.ts') && !name.startsWith('text/'));
  const own = files.filter((name) => OWN_WAY.test(readFileSync(join(SOURCE, name), 'utf8')));

  it('are written in one place', () => {
    expect(own.filter((name) => NOT_FOR_READERS[name] === undefined)).toEqual([]);
  });

  it('have no exception that is not needed', () => {
    expect(Object.keys(NOT_FOR_READERS).filter((name) => !own.includes(name))).toEqual([]);
  });
});
