import { describe, expect, it } from 'vitest';
import { secondsOf } from '../../src/signals/process-sampler.js';
import { familyOf } from '../../src/signals/process-tree.js';

const listed = (pid: number, parent: number, group = pid) => ({ pid, parent, group });

describe('the family of a process', () => {
  it('is its descendants, and its process group even where a parent has gone', () => {
    const all = [listed(1, 0), listed(10, 1), listed(11, 10, 10), listed(12, 11, 12), listed(13, 1, 10), listed(20, 1)];
    expect([...familyOf(10, all)].sort()).toEqual([10, 11, 12, 13]);
  });

  it('ends, whatever the list says', () => {
    expect(familyOf(2, [listed(2, 3), listed(3, 2)])).toHaveLength(2);
  });

  it('reads the CPU time of ps', () => {
    expect(secondsOf('00:01')).toBe(1);
    expect(secondsOf('1:02:03')).toBe(3723);
    expect(secondsOf('2-00:00:01.5')).toBe(172_801.5);
  });
});
