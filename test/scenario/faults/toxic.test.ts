import { describe, expect, it } from 'vitest';
import { readToxic } from '../../../src/scenario/faults/toxic.js';

const problemsOf = (raw: unknown) => {
  const read = readToxic(raw);
  return 'problems' in read ? read.problems.map(({ field, hint }) => (hint === undefined ? field : `${field}: ${hint}`)) : [];
};

describe('a raw toxic', () => {
  it('is downstream on every connection unless it says otherwise', () => {
    expect(readToxic({ type: 'latency', attributes: { latency: 100 } })).toEqual({
      toxic: { type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 100 } },
    });
  });

  it.each([
    [{ type: 'latency', attributes: { latncy: 5 } }, ['attributes.latncy: did you mean latency?']],
    [{ type: 'latnecy' }, ['type: did you mean latency?']],
    [{ type: 'bandwidth', attributes: { rate: -1 } }, ['attributes.rate']],
    [{ type: 'latency', attributes: { latency: 100.5, jitter: '5' } }, ['attributes.latency', 'attributes.jitter']],
    [{ type: 'noop', stream: 'UPSTREAM', toxicity: 1.5 }, ['stream', 'toxicity']],
    [{ type: 'slicer' }, ['attributes.average_size']],
    [{ type: 'slicer', attributes: { average_size: 10, size_variation: 10 } }, ['attributes.size_variation']],
    [{ type: 'down' }, ['type']],
    [{ type: 'timeout', name: 'x' }, ['name']],
    ['latency', ['']],
  ])('%j is refused at %j', (raw, fields) => {
    expect(problemsOf(raw)).toEqual(fields);
  });
});
