import { describe, expect, it } from 'vitest';
import { gateFigures } from '../../src/gate/gate-figures.js';
import { checksSection } from '../../src/report/html/sections/checks.js';
import { gateSection } from '../../src/report/html/sections/gate/gate.js';
import type { ReportView } from '../../src/report/report-view.js';
import { type MadeBuild, madeGate, madePair } from '../gate/made-pairs.js';

const constant = (latencyUs: number): MadeBuild => ({ latenciesUs: Array(100).fill(latencyUs), cpuS: latencyUs / 1e6 });
const gate = gateFigures(
  madeGate(
    Array.from({ length: 5 }, (_, at) => madePair(at, constant(100_000), constant(100_000 + 1000 * (at % 3)))),
    { metrics: ['p95', 'cpu'] },
  ),
);
const view = { result: { gate }, verdict: { checks: [] }, analysis: { slo: { declared: true } } } as unknown as ReportView;

describe('the report of a gate', () => {
  it('tells the lines of both limits apart, as its note says', async () => {
    const body = String((await gateSection(view))?.body);
    expect(body).toContain('Dashed line: what counts as worse. Solid line: what a change has to stay under to pass.');
    // A line of either kind for each metric, in a wide and in a narrow chart.
    const lines = body.match(/<line[^>]*stroke="var\(--limit\)"[^>]*>/g) ?? [];
    expect(lines).toHaveLength(8);
    expect(lines.filter((line) => line.includes('stroke-dasharray="4,3"'))).toHaveLength(4);
  });

  it('asks for no saved baseline: its baseline is the other build', async () => {
    const section = await checksSection(view);
    expect(section).toMatchObject({ title: 'SLO' });
    expect(String(section?.body)).toContain('The candidate missed no limit of the SLO.');
    expect(String(section?.body)).not.toContain('names no baseline');
    const stopped = { ...view, result: { gate: { ...gate, pairs: [] } } } as unknown as ReportView;
    expect(String((await checksSection(stopped))?.body)).toContain('No pair was counted.');
  });
});
