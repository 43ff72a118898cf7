import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
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
