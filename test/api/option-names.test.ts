import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { withOptionNames } from '../../src/api/option-names.js';
import { EXIT } from '../../src/errors/exit-codes.js';
import { PlimsollError } from '../../src/errors/plimsoll-error.js';
import { loadScenario, type Result, run, type Scenario, searchCapacity, size } from '../../src/index.js';
import { madeCapacity } from '../report/made-capacity.js';

const scenario: Scenario = {
  plimsoll: 1,
  name: 'orders',
  target: { url: 'http://127.0.0.1:1/mcp' },
  load: { phases: [{ name: 'steady', rate: '50/s', for: '10s' }] },
  calls: [{ tool: 'echo', arguments: {} }],
};

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'plimsoll-api-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'scenario.yaml'), JSON.stringify(scenario));
});

const { sizing: _, ...unsized } = madeCapacity();
const saved = {
  schema: 'plimsoll.result/1',
  run: { scenario: 'orders', target: {} },
  capacity: unsized,
} as unknown as Result;

const errorOf = async (work: () => unknown): Promise<PlimsollError> => {
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(PlimsollError);
  return error as PlimsollError;
};

describe('an error that a program gets names the option of the API', () => {
  it.each<readonly [string, () => unknown, RegExp]>([
    ['a run folder that is not empty', () => run(scenario, { out: dir }), /name an empty or new folder with `out`/],
    [
      'a run folder that cannot be made',
      () => run(scenario, { out: join(dir, 'scenario.yaml', 'x') }),
      /name another place with `out`/,
    ],
    ['an override that is none', () => loadScenario(join(dir, 'scenario.yaml'), { set: ['nothing'] }), /^set nothing: found/],
    [
      'an override of a wrong value',
      () => loadScenario(join(dir, 'scenario.yaml'), { set: ['load.seed=x'] }),
      /^ {2}set load\.seed=x {2}load\.seed/m,
    ],
    ['the name of an overlay', () => loadScenario(join(dir, 'scenario.yaml'), { env: 'a/b' }), /^env a\/b: accepted/],
    ['an overlay that is missing', () => loadScenario(join(dir, 'scenario.yaml'), { env: 'ci' }), /no such file/],
    [
      'a search for hidden capacity without a fault',
      () => searchCapacity(scenario, { recoverySearch: true, out: join(dir, 'a') }),
      /^recoverySearch needs a fault .*capacity\.under: \['none', 'slow-dependency@postgres'\]/s,
    ],
    ['a sizing without a peak', () => size(saved, {}), /give peak: '1000\/s'/],
  ])('%s', async (_, work, said) => {
    const error = await errorOf(work);
    const text = [error.message, error.details.hint ?? ''].join('\n');
    expect(text).toMatch(said);
    expect(text).not.toMatch(/(?<!\S)--[a-z]/);
  });

  it('keeps code, exit code, cause and lines', () => {
    const cause = new Error('full');
    const error = withOptionNames(
      new PlimsollError(['cannot write', 'twice'], EXIT.machine, {
        hint: ['write elsewhere with --out', 'or not'],
        cause,
        code: 'BUSY',
      }),
    );
    expect(error).toMatchObject({
      message: 'cannot write\ntwice',
      exitCode: 8,
      code: 'BUSY',
      details: { hint: 'write elsewhere with `out`\nor not', cause },
    });
    const plain = new PlimsollError('no server', EXIT.target);
    expect(withOptionNames(plain)).toBe(plain);
  });
});
