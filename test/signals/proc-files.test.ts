import { describe, expect, it } from 'vitest';
import { parseMachineTicks, parseProcStat, parseRssBytes, readProcStat, readRssBytes } from '../../src/signals/proc-files.js';

describe('/proc', () => {
  it('reads a process whose name holds blanks and brackets', () => {
    const fields = [
      'S',
      '17',
      '42',
      '42',
      '0',
      '-1',
      '0',
      '0',
      '0',
      '0',
      '0',
      '150',
      '50',
      '20',
      '10',
      '20',
      '0',
      '11',
      '0',
      '99',
      '1000',
      '2560',
    ];
    expect(parseProcStat(`4242 (a ) b (c)) ${fields.join(' ')}`)).toEqual({
      pid: 4242,
      name: 'a ) b (c)',
      parent: 17,
      group: 42,
      cpuS: 2,
      waitedCpuS: 0.3,
      threads: 11,
    });
  });

  it('gives nothing for what is no stat line', () => {
    expect(parseProcStat('')).toBeUndefined();
    expect(parseProcStat('12 (x) S 1')).toBeUndefined();
  });

  it('reads resident memory, and nothing where a process has none', () => {
    expect(parseRssBytes('Name:\tnode\nVmRSS:\t   10240 kB\nThreads:\t11\n')).toBe(10_485_760);
    expect(parseRssBytes('Name:\tkthreadd\nThreads:\t1\n')).toBeUndefined();
  });

  it('adds up the time of the machine', () => {
    const text = 'cpu  10 1 5 80 4 0 0 2 0 0\ncpu0 10 1 5 80 4 0 0 2 0 0\n';
    expect(parseMachineTicks(text)).toEqual({ total: 102, idle: 84, steal: 2 });
    expect(parseMachineTicks('nothing')).toBeUndefined();
  });

  it.runIf(process.platform === 'linux')('finds this very process, which uses CPU and memory', () => {
    const stat = readProcStat(process.pid);
    expect(stat?.parent).toBe(process.ppid);
    expect(stat?.cpuS).toBeGreaterThan(0);
    // Node tells its own resident memory by another way: the two agree within a quarter.
    expect(Math.abs((readRssBytes(process.pid) ?? 0) / process.memoryUsage().rss - 1)).toBeLessThan(0.25);
  });
});
