import { describe, expect, it } from 'vitest';
import { Breaker } from '../../src/sample/breaker.js';

function breaker() {
  let nowMs = 0;
  const it = new Breaker({ failures: 3, openMs: 1000, nowMs: () => nowMs });
  const wait = (ms: number): void => {
    nowMs += ms;
  };
  return { it, wait };
}

describe('the circuit breaker', () => {
  it('opens after failures in a row, and not after as many with a success between', () => {
    const { it: closed } = breaker();
    closed.failed();
    closed.failed();
    closed.succeeded();
    closed.failed();
    expect(closed.state).toBe('closed');
    closed.failed();
    closed.failed();
    expect(closed.state).toBe('open');
    expect(closed.admit()).toBe(false);
  });

  it('lets one call through when its time is over, and closes or opens by how that ends', () => {
    const { it: one, wait } = breaker();
    for (let i = 0; i < 3; i++) one.failed();
    wait(1000);
    expect(one.state).toBe('half-open');
    expect(one.admit()).toBe(true);
    expect(one.admit()).toBe(false);
    one.failed();
    expect(one.state).toBe('open');
    wait(1000);
    expect(one.admit()).toBe(true);
    one.succeeded();
    expect(one.state).toBe('closed');
    expect(one.admit()).toBe(true);
  });
});
