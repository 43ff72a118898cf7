import type { FaultStep } from './fault-action.js';
import type { Recipe } from './recipe.js';
import { held, number } from './slowness.js';

export const partialFailure: Recipe = {
  name: 'partial-failure',
  summary: 'a share of the connections is reset, drawn anew every so often',
  madeOf: 'reset_peer 0 with toxicity, downstream, updated to roll the dice again',
  reveals: 'whether one bad connection in the pool spoils the rest',
  isNot: 'not an error rate: toxicity is per connection, and a pool of N escapes entirely with (1 - share)^N',
  parameters: [
    { name: 'share', kind: 'ratio', default: '50%', description: 'chance of each connection' },
    { name: 'reroll', kind: 'duration', default: '1s', description: 'until the dice are rolled again' },
  ],
  random: true,
  steps: (c) => {
    const everyMs = Math.max(100, number(c, 'reroll'));
    const steps: FaultStep[] = [held(c, 'reset_peer', { timeout: 0 }, 'downstream', number(c, 'share'))];
    for (let atMs = everyMs; atMs < c.forMs; atMs += everyMs) {
      steps.push({ atMs, dependency: c.dependency, do: 'update', label: 'reset_peer-downstream', attributes: { timeout: 0 } });
    }
    return steps;
  },
};

export const failover: Recipe = {
  name: 'failover',
  summary: 'the dependency goes away, and another takes its place',
  madeOf: 'the proxy disabled, then its upstream changed and enabled',
  reveals: 'stale pools after a failover, writes to a read-only replica, time to reconnect',
  isNot: 'not a change of DNS: the address the server sees stays the same',
  parameters: [
    { name: 'to', kind: 'address', description: 'the one that takes over; the old upstream comes back when the fault ends' },
    { name: 'down', kind: 'duration', default: '1s', description: 'before the other takes over' },
  ],
  toggles: true,
  steps: (c) => [
    { atMs: 0, dependency: c.dependency, do: 'disable' },
    { atMs: number(c, 'down'), dependency: c.dependency, do: 'upstream', to: String(c.values.to) },
    { atMs: number(c, 'down'), dependency: c.dependency, do: 'enable' },
  ],
};

export const errorStub: Recipe = {
  name: 'error-stub',
  summary: 'an HTTP dependency answers every request with an error',
  madeOf: 'the upstream changed to a stub server on loopback',
  reveals: 'retry storms, circuit breaker, whether Retry-After is honoured',
  isNot: 'only for plain HTTP; not a share of requests: all of them',
  parameters: [
    { name: 'status', kind: 'count', default: 503, description: 'HTTP status, for instance 503 or 429' },
    { name: 'retryAfter', kind: 'duration', default: '1s', description: 'sent as Retry-After in whole seconds' },
  ],
  steps: (c) => [
    {
      atMs: 0,
      dependency: c.dependency,
      do: 'stub',
      status: number(c, 'status'),
      retryAfterS: Math.ceil(number(c, 'retryAfter') / 1000),
    },
  ],
};

export const coldStart: Recipe = {
  name: 'cold-start',
  summary: 'the dependency restarts and is slow until it is warm',
  madeOf: 'the proxy disabled, enabled with latency that fades in four steps',
  reveals: 'a thundering herd at recovery, timeouts tuned to the warm state only',
  isNot: 'not a cache that fills by use: the latency fades by the clock',
  parameters: [
    { name: 'down', kind: 'duration', default: '1s', description: 'before it comes back' },
    { name: 'latency', kind: 'duration', default: '500ms', description: 'at first; then a half, a fifth, none' },
  ],
  toggles: true,
  steps: (c) => {
    const downMs = Math.min(number(c, 'down'), c.forMs);
    const latencyMs = number(c, 'latency');
    const stepMs = Math.floor((c.forMs - downMs) / 4);
    const add = held(c, 'latency', { latency: latencyMs, jitter: 0 });
    const fade = [0.5, 0.2, 0].map(
      (share, index): FaultStep => ({
        atMs: downMs + stepMs * (index + 1),
        dependency: c.dependency,
        do: 'update',
        label: 'latency-downstream',
        attributes: { latency: Math.round(latencyMs * share) },
      }),
    );
    return [
      { atMs: 0, dependency: c.dependency, do: 'disable' },
      { ...add, atMs: downMs },
      { atMs: downMs, dependency: c.dependency, do: 'enable' },
      ...fade,
    ];
  },
};

export const twoAtOnce: Recipe = {
  name: 'two-at-once',
  summary: 'this dependency is down while another is slow',
  madeOf: 'this proxy disabled, latency on the other',
  reveals: 'a cache stampede on the database behind it',
  isNot: 'not two faults in turn',
  parameters: [
    { name: 'other', kind: 'name', description: 'the dependency that becomes slow' },
    { name: 'latency', kind: 'duration', default: '100ms', description: 'on the other' },
  ],
  toggles: true,
  steps: (c) => [
    { atMs: 0, dependency: c.dependency, do: 'disable' },
    { ...held(c, 'latency', { latency: number(c, 'latency'), jitter: 0 }), dependency: String(c.values.other) },
  ],
};
