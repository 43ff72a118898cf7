import { describe, expect, it } from 'vitest';
import { judgeCapacity } from '../../src/capacity/search/judge-capacity.js';
import { renderJunit } from '../../src/report/junit.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { markdownCapacity } from '../../src/report/markdown-capacity.js';
import { PASSING, reportInputOf } from './example-runs.js';
import { madeCapacity, withCapacity } from './made-capacity.js';

const capacity = madeCapacity();
const input = withCapacity(reportInputOf(PASSING), capacity);

describe('summary.md of a capacity search', () => {
  it('has the answer of each search before the limits', () => {
    const text = renderMarkdown(input);
    expect(text.indexOf('### Capacity')).toBeGreaterThan(0);
    expect(text.indexOf('### Capacity')).toBeLessThan(text.indexOf('### Limits'));
    expect(text).toMatch(
      /\| healthy \| 172\/s \| 190\/s \| 183\/s \(162\/s to 206\/s, 90 %\) \| p95 &lt;\\= 400 ms \| – \| confirmed \|/,
    );
    expect(text).toMatch(/\| slow\\-dependency@\u200bpostgres \| 38\.3\/s \|.*\| 76\.00 % \| confirmed \|/);
    expect(text).toContain('It holds for poisson arrivals');
  });

  it('has instances, what binds, the chain and the failures', () => {
    const text = markdownCapacity(capacity).join('\n\n');
    expect(text).toContain(`**${capacity.sizing!.instances} instances**, driven by: losing 1 of 3 zones at peak`);
    expect(text.match(/^\d+\. /gm)).toHaveLength(capacity.sizing!.chain.length);
    expect(text).toContain('- under slow\\-dependency@\u200bpostgres: 55 instances');
    expect(text).toContain('15 cores');
  });

  it('has hidden capacity, a row for each load', () => {
    const text = markdownCapacity(capacity).join('\n\n');
    expect(text).toContain('### Recovery under load after slow\\-dependency@\u200bpostgres');
    expect(text).toMatch(/\| 50 % \| 86\.0\/s \| 9 s \| 11 s \| 2\.2 x \| 1\.4 x \| recovers \|/);
    expect(text).toMatch(/\| 70 % \| 120\/s \| – \| 32 s \| 3\.9 x \| – \| stuck \|/);
  });

  it('says why there is no law or no sizing, and nothing of either for a plain run', () => {
    const { sizing: _, law: __, ...rest } = capacity;
    const text = markdownCapacity({ ...rest, sizingOmitted: 'no zone is left', lawOmitted: 'only 4 levels' }).join('\n');
    expect(text).toContain('Not sized: no zone is left.');
    expect(text).toContain('No law: only 4 levels.');
    expect(markdownCapacity(undefined)).toEqual([]);
    expect(renderMarkdown(reportInputOf(PASSING))).not.toContain('### Capacity');
  });

  it('lets no name become markup, and keeps its table whole', () => {
    const evil = '<b>|x|</b> [a](b)';
    const lines = markdownCapacity({ ...capacity, healthy: { ...capacity.healthy!, bindingCondition: evil, label: evil } });
    expect(lines.join('\n')).not.toMatch(/<b>|\[a\]\(b\)/);
    const widths = lines[1]!.split('\n').map((line) => line.match(/(?<!\\)\|/g)?.length);
    expect(new Set(widths).size).toBe(1);
  });
});

it('junit.xml has a case for each search', () => {
  const verdict = judgeCapacity(input.analysis.result, capacity);
  const xml = renderJunit({ ...input, verdict });
  expect(xml).toContain('name="healthy capacity"');
  expect(xml).toContain('name="capacity under slow-dependency@postgres"');
});
