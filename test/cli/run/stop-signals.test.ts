import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { watchRunSignals } from '../../../src/cli/run/run-signals.js';

describe('watchRunSignals', () => {
  it.each([
    ['SIGINT', 130, 'again'],
    ['SIGTERM', 143, 'SIGTERM'],
  ] as const)('says what it does at the first signal, and at the second one (%s) that it leaves', (signal, code, word) => {
    const said: string[] = [];
    const left: number[] = [];
    const source = new EventEmitter();
    const { stop, off } = watchRunSignals(
      (text) => void said.push(text),
      (exit) => void left.push(exit),
      source,
    );
    source.emit('SIGINT', 'SIGINT');
    expect(stop.aborted).toBe(true);
    expect(said).toHaveLength(1);
    source.emit(signal, signal);
    expect(left).toEqual([code]);
    expect(said[1]).toMatch(new RegExp(`^${word}: leaving at once, without a report .*plimsoll report`));
    off();
  });

  it('asks for an orderly end first, whatever the signal, leaves at each later one, and lets go of them all', () => {
    const left: number[] = [];
    const source = new EventEmitter();
    const { stop, off } = watchRunSignals(
      () => {},
      (exit) => void left.push(exit),
      source,
    );
    for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT']) source.emit(signal, signal);
    expect(stop.reason).toBe('terminated');
    expect(left).toEqual([143, 130]);
    off();
    expect(source.eventNames()).toEqual([]);
  });
});
