import { describe, expect, it } from 'vitest';
import type { LiveTally } from '../../src/load/live-tally.js';
import { open, scenarioOf } from './scenario-of.js';
import { driveVirtually } from './virtual-drive.js';

describe('live tally', () => {
  it('counts what is in flight now, and what of it has been due for longer than each age, warm-up aside', () => {
    const phases = [open('settle', 10, 1000, { warmUp: true }), open('measure', 10, 2000)];
    const scenario = scenarioOf({
      load: { phases, drainMs: 100 },
      calls: [
        { type: 'call', tool: 'echo', weight: 1, arguments: {} },
        { type: 'call', tool: 'other', weight: 1, arguments: {} },
      ],
    });
    let tally: LiveTally | undefined;
    const byTool = new Map<string, number>();
    const drive = driveVirtually(scenario, () => ({ afterMs: Number.POSITIVE_INFINITY }), {
      script: ({ at }) =>
        at(2050, (generator) => {
          tally = generator.liveTally([{ ms: 200 }, { ms: 1000 }, { tool: 'echo', ms: 200 }, { tool: 'other', ms: 200 }]);
        }),
    });
    for (const { tool, atMs } of drive.calls) {
      if (atMs >= 999 && atMs <= 1850) byTool.set(tool, (byTool.get(tool) ?? 0) + 1);
    }
    // Due every 100 ms: 0 ... 2000 are 21, of which 1000 ... 1800 are measured and 200 ms old.
    expect(tally).toEqual({ worker: 0, inFlight: 21, older: [9, 1, byTool.get('echo'), byTool.get('other')] });
    expect(byTool.size).toBe(2);
  });
});
