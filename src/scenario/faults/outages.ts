import type { FaultStep } from './fault-action.js';
import type { Recipe } from './recipe.js';
import { held, number } from './slowness.js';

export const blackHole: Recipe = {
  name: 'black-hole',
  summary: 'connections stay open, and nothing comes back',
  madeOf: 'timeout 0, downstream',
  reveals: 'missing connect and query timeouts: calls hang, and none fails',
  isNot: 'not a refusal: nothing shows the client that the dependency is gone. Ending it closes the connections',
  parameters: [],
  steps: (c) => [held(c, 'timeout', { timeout: 0 })],
};

export const partitionHeals: Recipe = {
  name: 'partition-heals',
  summary: 'both directions stall, and everything is delivered when it heals',
  madeOf: 'bandwidth 0, upstream and downstream',
  reveals: 'stale work done after the caller gave up; no keepalive, no deadline',
  isNot: 'not a black hole: no byte is lost',
  parameters: [],
  steps: (c) => [held(c, 'bandwidth', { rate: 0 }, 'upstream'), held(c, 'bandwidth', { rate: 0 })],
};

export const idleDrop: Recipe = {
  name: 'idle-drop',
  summary: 'the answer is swallowed, and the connection closed after a while without traffic',
  madeOf: 'timeout, downstream',
  reveals: 'retries without limit, a queue behind the dead connection',
  isNot: 'not a firewall that forgets silently: the close is seen',
  parameters: [{ name: 'after', kind: 'duration', default: '1s', description: 'without a chunk until the close' }],
  steps: (c) => [held(c, 'timeout', { timeout: Math.max(1, number(c, 'after')) })],
};

export const connectionReset: Recipe = {
  name: 'connection-reset',
  summary: 'connections are reset, open ones too',
  madeOf: 'reset_peer 0, downstream, then the open connections are cut',
  reveals: 'no retry on a dead pooled connection, reconnect storms',
  isNot: 'not a refusal: the connect succeeds. A real Toxiproxy ends open connections with FIN, not RST',
  parameters: [],
  toggles: true,
  steps: (c) => [held(c, 'reset_peer', { timeout: 0 }), { atMs: 0, dependency: c.dependency, do: 'cut' }],
};

export const refused: Recipe = {
  name: 'refused',
  summary: 'the dependency is down: connections end, new ones are refused',
  madeOf: 'the proxy disabled',
  reveals: 'the fail-fast path, circuit breaker and fallback; offline queues that hide an outage',
  isNot: 'not a host that is gone: a refusal comes at once',
  parameters: [],
  toggles: true,
  steps: (c) => [{ atMs: 0, dependency: c.dependency, do: 'disable' }],
};

export const flapping: Recipe = {
  name: 'flapping',
  summary: 'the dependency goes down and comes back, again and again',
  madeOf: 'the proxy disabled and enabled in turn',
  reveals: 'quality of retry and backoff, reconnect storms, a breaker that swings',
  isNot: 'not a slow dependency: while it is up it is healthy',
  parameters: [
    { name: 'down', kind: 'duration', default: '500ms', description: 'each time' },
    { name: 'up', kind: 'duration', default: '500ms', description: 'each time' },
  ],
  toggles: true,
  steps: (c) => {
    const steps: FaultStep[] = [];
    const downMs = Math.max(50, number(c, 'down'));
    const upMs = Math.max(50, number(c, 'up'));
    for (let atMs = 0; atMs < c.forMs; atMs += downMs + upMs) {
      steps.push({ atMs, dependency: c.dependency, do: 'disable' });
      if (atMs + downMs < c.forMs) steps.push({ atMs: atMs + downMs, dependency: c.dependency, do: 'enable' });
    }
    return steps;
  },
};

export const truncatedReply: Recipe = {
  name: 'truncated-reply',
  summary: 'the connection ends after so many bytes',
  madeOf: 'limit_data, downstream, on each connection',
  reveals: 'handling of half an answer; retries of calls that are not idempotent',
  isNot: 'not corruption: the bytes that arrive are right',
  parameters: [{ name: 'bytes', kind: 'size', default: '4kB', description: 'passed on each connection before it ends' }],
  steps: (c) => [held(c, 'limit_data', { bytes: number(c, 'bytes') })],
};
