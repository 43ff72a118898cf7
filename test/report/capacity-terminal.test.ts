import { describe, expect, it } from 'vitest';
import { renderTerminalCapacity } from '../../src/report/capacity-terminal.js';
import type { CapacityFigures } from '../../src/result/capacity-figures.js';
import { madeCapacity } from './made-capacity.js';

const capacity = madeCapacity();
const verdict = { outcome: 'pass', exitCode: 0, summary: 'it carries that', checks: [] } as const;
const shown = (figures: CapacityFigures): string => renderTerminalCapacity({ verdict }, figures, { colours: false }).join('\n');

describe('the end of a capacity search on a terminal', () => {
  it('has a row for each search, the law, the sizing with its chain, and what the exit code means', () => {
    const text = shown(capacity);
    expect(text).toMatch(/healthy +\d+\/s +\d+\/s +\d+\/s +\d+\/s to \d+\/s/);
    expect(text).toMatch(/slow-dependency@postgres .* 76 %/);
    expect(text).toContain('law: peak-extrapolated');
    expect(text).toContain(`sizing: ${capacity.sizing?.instances} instances, driven by: losing 1 of 3 zones at peak`);
    for (const step of capacity.sizing?.chain ?? []) expect(text).toContain(step);
    expect(text).toContain('exit code 0');
    expect(text).not.toContain('not sized');
  });

  it('says why nothing was sized', () => {
    const { sizing: _, ...rest } = capacity;
    const text = shown({ ...rest, sizingOmitted: 'no rate was found that meets the SLO' });
    expect(text).toContain('not sized: no rate was found that meets the SLO');
    expect(text).not.toContain('driven by');
  });

  it('has hidden capacity after each fault: the answer, a line for each load, and what to know about it', () => {
    const told = shown(capacity).split('\n');
    const at = told.indexOf('  after slow-dependency@postgres: recovers up to 86/s (50 %), stays down at 120/s (70 %)');
    expect(told.slice(at + 1, at + 4)).toEqual([
      '     50 %  86.0/s  recovers after 9 s; 2.2 x attempts per call, 1.4 x at the dependency',
      '     70 %  120/s  stuck; 3.9 x attempts per call',
      '    The retry policy makes up to 4 calls of one.',
    ]);
    const { recovery: _, ...rest } = capacity;
    expect(shown(rest)).not.toContain('comes back');
  });

  it('warns where trials ran at another count of replicas than the scenario says', () => {
    const { healthy } = capacity;
    if (healthy === undefined) throw new Error('no healthy search');
    const scaled = shown({ ...capacity, healthy: { ...healthy, replicas: { least: 1, most: 3 } } });
    expect(scaled).toContain('! Trials ran at 1 to 3 replicas: no one count carries this figure.');
    expect(shown(capacity)).not.toContain('replicas:');
  });
});
