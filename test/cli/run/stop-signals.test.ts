import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { watchRunSignals } from '../../../src/cli/run/run-signals.js';
import { onStopSignals } from '../../../src/cli/run/stop-signals.js';

describe('onStopSignals', () => {
  it('asks for an orderly end first, whatever the signal, and leaves at the next one', () => {
    const source = new EventEmitter();
    const told: string[] = [];
    const off = onStopSignals(
      source,
      (signal) => told.push(`first ${signal}`),
      (signal) => told.push(`again ${signal}`),
    );
    source.emit('SIGINT', 'SIGINT');
    source.emit('SIGTERM', 'SIGTERM');
    source.emit('SIGINT', 'SIGINT');
    expect(told).toEqual(['first SIGINT', 'again SIGTERM', 'again SIGINT']);
    off();
    expect(source.eventNames()).toEqual([]);
  });
});

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
});
