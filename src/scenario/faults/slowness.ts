import type { ToxicType } from '../../toxiproxy/toxic.js';
import type { FaultStep } from './fault-action.js';
import type { Recipe, RecipeContext } from './recipe.js';
import type { Toxic, ToxicStream } from './toxic.js';

/** One toxic for the whole of the fault. */
export const held = (
  { dependency }: RecipeContext,
  type: ToxicType,
  attributes: Toxic['attributes'],
  stream: ToxicStream = 'downstream',
  toxicity = 1,
): FaultStep => ({ atMs: 0, dependency, do: 'add', label: `${type}-${stream}`, toxic: { type, stream, toxicity, attributes } });

export const number = ({ values }: RecipeContext, name: string): number => Number(values[name]);

export const slowDependency: Recipe = {
  name: 'slow-dependency',
  summary: 'every answer of the dependency comes later',
  madeOf: 'latency with jitter, downstream',
  reveals: 'serial round trips in one tool call (N+1), a missing latency budget; capacity becomes pool / latency',
  isNot: 'not a slow handshake: the connect itself is not delayed',
  parameters: [
    { name: 'latency', kind: 'duration', default: '200ms', description: 'added to each chunk of an answer' },
    { name: 'jitter', kind: 'duration', default: '50ms', description: 'uniform, plus or minus' },
  ],
  steps: (c) => [held(c, 'latency', { latency: number(c, 'latency'), jitter: number(c, 'jitter') })],
};

export const verySlow: Recipe = {
  name: 'very-slow',
  summary: 'a brownout: the dependency takes seconds',
  madeOf: 'latency of seconds, downstream',
  reveals: 'pool exhaustion and unbounded queues: waiting for a connection soon doubles the delay itself',
  isNot: 'not an outage: every query is answered in the end',
  parameters: [
    { name: 'latency', kind: 'duration', default: '2s', description: 'added to each chunk of an answer' },
    { name: 'jitter', kind: 'duration', default: '0ms', description: 'uniform, plus or minus' },
  ],
  steps: (c) => [held(c, 'latency', { latency: number(c, 'latency'), jitter: number(c, 'jitter') })],
};

export const thinPipe: Recipe = {
  name: 'thin-pipe',
  summary: 'little bandwidth from the dependency',
  madeOf: 'bandwidth, downstream, on each connection',
  reveals: 'oversized results, missing paging',
  isNot: 'not a limit over all connections: each connection gets this rate, so divide by the pool size for a total',
  parameters: [{ name: 'rate', kind: 'size', default: '20kB', description: 'bytes a second for each connection, in whole kB' }],
  steps: (c) => [held(c, 'bandwidth', { rate: Math.max(1, Math.round(number(c, 'rate') / 1000)) })],
};

export const dribble: Recipe = {
  name: 'dribble',
  summary: 'answers arrive in small pieces with pauses',
  madeOf: 'slicer and latency with jitter, downstream',
  reveals: 'reads that take one chunk for one message; idle timeouts that never fire because something always arrives',
  isNot: 'not packet loss or reordering: TCP still delivers every byte in order',
  parameters: [
    { name: 'size', kind: 'size', default: '60B', description: 'mean size of a piece' },
    { name: 'variation', kind: 'size', default: '30B', description: 'plus or minus; less than size' },
    { name: 'pause', kind: 'duration', default: '10ms', description: 'between pieces' },
    { name: 'latency', kind: 'duration', default: '20ms', description: 'added to each piece' },
    { name: 'jitter', kind: 'duration', default: '80ms', description: 'uniform, plus or minus' },
  ],
  steps: (c) => [
    held(c, 'slicer', {
      average_size: number(c, 'size'),
      size_variation: number(c, 'variation'),
      delay: number(c, 'pause') * 1000,
    }),
    held(c, 'latency', { latency: number(c, 'latency'), jitter: number(c, 'jitter') }),
  ],
};

export const slowClose: Recipe = {
  name: 'slow-close',
  summary: 'the end of a connection comes late',
  madeOf: 'slow_close, downstream',
  reveals: 'drain and shutdown paths only; pooled connections never see it',
  isNot: 'not a slow answer',
  parameters: [{ name: 'delay', kind: 'duration', default: '3s', description: 'before the close is passed on' }],
  steps: (c) => [held(c, 'slow_close', { delay: number(c, 'delay') })],
};
