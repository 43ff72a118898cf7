import { describe, expect, it } from 'vitest';
import type { CapacityFigures } from '../../src/capacity/capacity-figures.js';
import { renderTerminalCapacity } from '../../src/report/capacity-terminal.js';
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
    expect(text).toContain(`sizing: ${capacity.sizing?.instances} instances (binding: ${capacity.sizing?.binding.join(', ')})`);
    for (const step of capacity.sizing?.chain ?? []) expect(text).toContain(step);
    expect(text).toContain('exit code 0');
    expect(text).not.toContain('not sized');
  });

  it('says why nothing was sized', () => {
    const { sizing: _, ...rest } = capacity;
    const text = shown({ ...rest, sizingRefused: 'no rate was found that meets the SLO' });
    expect(text).toContain('not sized: no rate was found that meets the SLO');
    expect(text).not.toContain('binding');
  });
});
