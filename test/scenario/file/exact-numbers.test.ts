import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weighAnswer } from '../../../src/load/weigh-answer.js';
import { inexactNumberIn, isHeldExactly } from '../../../src/scenario/file/exact-number.js';
import { scenarioFromFlags } from '../../../src/scenario/reading/scenario-from-flags.js';
import { minimal, parse, problemsOf } from '../minimal.js';

const BIG = '9007199254740993';
const ACCEPTED = 'any of up to 15 digits, whole ones up to 9007199254740991';
const calls = (id: string): string => `[{ tool: echo, arguments: { id: ${id} } }]`;

describe('isHeldExactly', () => {
  it.each([
    '0',
    '-0',
    '7',
    '0.1',
    '1e21',
    '1E+21',
    '.5',
    '5.',
    '+5',
    '007',
    '9007199254740992',
    '0x1F',
    '0o17',
    '1.50',
    '100e-2',
    '5e-324',
  ])('is so of %s', (text) => expect(isHeldExactly(text)).toBe(true));
  it.each([
    BIG,
    `-${BIG}`,
    '12345678901234567890',
    '3.14159265358979323846',
    '1e400',
    '1e-400',
    '0x20000000000001',
    '0.30000000000000000001',
  ])('is not so of %s', (text) => expect(isHeldExactly(text)).toBe(false));
  it('is so of whatever a double is written as, and of whole numbers when BigInt says so', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => isHeldExactly(String(value))));
    // A double beyond 2^53 may be written with fewer digits than it has, as another whole number that is read back as the same double.
    const isHeld = (value: bigint): boolean => BigInt(Number(value)) === value || String(Number(value)) === String(value);
    for (const value of [-30023997515803310n, 2n ** 53n + 1n]) expect(isHeldExactly(String(value))).toBe(isHeld(value));
    fc.assert(fc.property(fc.bigInt(), (value) => isHeldExactly(String(value)) === isHeld(value)));
  });
});

it('inexactNumberIn looks at numbers alone', () => {
  expect(inexactNumberIn(`{"a":"${BIG}","b\\"${BIG}":[1,2.5,{"c":${BIG}}]}`)).toBe(BIG);
  expect(inexactNumberIn(`{"a":"${BIG} \\\\","b":1e3}`)).toBeUndefined();
});

describe('a number that a double cannot hold is refused', () => {
  it.each([
    ['in a file', minimal({ calls: calls(BIG) }), {}],
    ['in a list', minimal({ calls: calls(`[1, ${BIG}]`) }), {}],
    ['as JSON', minimal({ calls: `[{"tool":"echo","arguments":{"id":${BIG}}}]` }), {}],
    ['behind an anchor', minimal({ calls: calls(`&a ${BIG}`) }), {}],
    ['in a data feed', minimal({ data: `{ f: { rows: [{ id: ${BIG} }] } }`, calls: calls('"{{ f.id }}"') }), {}],
    ['by --set', minimal(), { set: [`calls.0.arguments.id=${BIG}`] }],
    ['in an overlay', minimal(), { overlay: { fileName: 'o.yaml', text: `calls: ${calls(BIG)}` } }],
    ['from a variable', minimal({ calls: '\n  - tool: echo\n    arguments:\n      id: ${ID}' }), { env: { ID: BIG } }],
  ])('%s', (_, text, options) => {
    const said = problemsOf(text, options);
    expect(said).toContain('the number 9007199254740993, which would go out as 9007199254740992');
    expect(said).toContain(ACCEPTED);
    expect(said.split('\n').filter((line) => line.includes('accepted')).length).toBe(1);
  });

  it('with its place', () => {
    expect(problemsOf({ calls: calls(BIG) })).toContain('s.yaml:5:40  calls.0.arguments.id  found the number');
  });

  it('in --arguments', () => {
    const flags = { url: 'http://127.0.0.1:1/mcp', tool: 'echo', rate: '1/s', for: '1s' };
    expect(() => scenarioFromFlags({ ...flags, arguments: `{"id":${BIG}}` })).toThrow(
      `--arguments: found the number ${BIG}, which would go out as 9007199254740992, accepted: `,
    );
    expect(scenarioFromFlags({ ...flags, arguments: `{"id":"${BIG}"}` })).toContain(`id: "${BIG}"`);
  });
});

describe('a number is kept', () => {
  it('as a text in quotes, from a variable too', () => {
    const { scenario } = parse(minimal({ calls: '[{ tool: echo, arguments: { id: "${ID}", other: "9007199254740993" } }]' }), {
      env: { ID: BIG },
    });
    expect(scenario.calls[0]).toMatchObject({ arguments: { id: BIG, other: BIG } });
  });

  it('as a name, digit by digit', () => {
    const { scenario } = parse(minimal({ calls: '[{ tool: echo, arguments: { 9007199254740993: a, 1.10: b, 0x10: c } }]' }));
    expect(scenario.calls[0]).toMatchObject({ arguments: { [BIG]: 'a', '1.10': 'b', '0x10': 'c' } });
  });
});

it('a number of an answer that may have lost digits is not saved for the next call', () => {
  const weigh = (json: string, path: string) => {
    const saved = new Map<string, unknown>();
    const step = { save: [{ name: 'id', path: [path], pointer: `/${path}` }], expect: undefined };
    const call = { step, arrival: { saved } } as unknown as Parameters<typeof weighAnswer>[0];
    return { fault: weighAnswer(call, { structuredContent: JSON.parse(json) }, 'ok'), saved };
  };
  for (const json of [`{"id":${BIG}}`, `{"id":[{"deep":${BIG}}]}`]) {
    const { fault, saved } = weigh(json, 'id');
    expect(fault).toEqual({
      outcome: 'expectation-failed',
      text: '/id is a number near 9007199254740992, too large to save as id with all its digits: have the server answer it as a text',
    });
    expect(saved.size).toBe(0);
  }
  expect(weigh('{"id":9007199254740991,"x":1.5}', 'id')).toMatchObject({ fault: undefined });
});
