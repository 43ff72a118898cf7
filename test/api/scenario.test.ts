import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defineScenario, loadScenario, PlimsollError, run, type Scenario, searchCapacity } from '../../src/index.js';
import { loadScenarioOrModule } from '../../src/scenario/reading/load-scenario.js';

const folder = (files: Readonly<Record<string, string>>): string => {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-api-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
};

const minimal: Scenario = {
  plimsoll: 1,
  name: 'orders',
  target: { url: 'http://127.0.0.1:1/mcp' },
  load: { phases: [{ name: 'steady', rate: '50/s', for: '10s' }] },
  calls: [{ tool: 'echo', arguments: { message: 'hi' } }],
};

const changed = (change: Readonly<Record<string, unknown>>): Scenario => ({ ...minimal, ...change }) as Scenario;

const refusedBy = (work: () => unknown): PlimsollError => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(PlimsollError);
    return error as PlimsollError;
  }
  throw new Error('nothing was refused');
};

const setVariable = (name: string, value: string): void => {
  process.env[name] = value;
  onTestFinished(() => void delete process.env[name]);
};

describe('defineScenario', () => {
  it('gives back a frozen copy of what was defined', () => {
    const scenario = defineScenario({ ...minimal, description: undefined });
    expect(scenario).toEqual(minimal);
    expect(scenario).not.toBe(minimal);
    expect(Object.isFrozen(scenario.load.phases[0])).toBe(true);
    expect(Object.isFrozen(minimal)).toBe(false);
  });

  it('tells everything that is wrong at once, by path and without a line', () => {
    const phases = [{ name: 'steady', rate: 50, for: '10s' }];
    const error = refusedBy(() => defineScenario(changed({ name: undefined, load: { phases }, callz: [] })));
    expect(error).toMatchObject({ name: 'PlimsollError', code: 'SCENARIO', exitCode: 2 });
    expect(error.problems?.map(({ path }) => path).sort()).toEqual(['callz', 'load.phases.0.rate', 'name']);
    for (const { place } of error.problems ?? []) expect(Object.keys(place)).toEqual(['file']);
    expect(error.problems?.find(({ path }) => path === 'callz')).toMatchObject({ hint: 'did you mean "calls"?' });
    expect(error.message).toContain('\n  load.phases.0.rate  found the number 50, accepted: a rate such as 100/s');
  });

  it.each([
    [undefined, 'a value of type undefined'],
    [null, 'null, not an object'],
    ['orders.yaml', '"orders.yaml", not an object'],
    [[minimal], 'a list, not an object'],
    [new Map(), 'an object of the class Map'],
  ])('refuses %s in place of a scenario', (value, found) => {
    const { problems } = refusedBy(() => defineScenario(value as unknown as Scenario));
    expect(problems).toMatchObject([{ path: '', found }]);
  });

  it.each([
    [() => 1, 'a value of type function'],
    [1n, 'a value of type bigint'],
    [Number.NaN, 'the number NaN'],
    [new Date(0), 'an object of the class Date'],
    [Symbol.iterator, 'a value of type symbol'],
  ])('refuses %s as an argument of a call', (value, found) => {
    const { problems } = refusedBy(() => defineScenario(changed({ calls: [{ tool: 'echo', arguments: { deep: [value] } }] })));
    expect(problems).toMatchObject([{ path: 'calls.0.arguments.deep.0', found }]);
  });

  it('refuses an object inside itself', () => {
    const loop: Record<string, unknown> = {};
    loop.again = loop;
    const { problems } = refusedBy(() => defineScenario(changed({ calls: [{ tool: 'echo', arguments: loop }] })));
    expect(problems?.[0]?.found).toContain('an object inside itself');
  });

  it('reads variables when it is called, keeps secrets out of the object and out of errors', () => {
    setVariable('API_TEST_TOKEN', 'hunter2hunter2');
    const headers = { authorization: 'Bearer ${secret:API_TEST_TOKEN}' };
    const scenario = defineScenario(changed({ target: { ...minimal.target, headers } }));
    expect(JSON.stringify(scenario)).not.toContain('hunter2');
    const wrong = refusedBy(() => defineScenario(changed({ target: { url: '${secret:API_TEST_TOKEN}' } })));
    expect(wrong.message).not.toContain('hunter2');
    expect(refusedBy(() => defineScenario(changed({ description: '${API_TEST_NOT_SET}' }))).message).toContain(
      'which is not set',
    );
  });
});

describe('loadScenario', () => {
  const yaml = 'plimsoll: 1\nname: orders\ntarget: { url: http://127.0.0.1:1/mcp }\n';
  const rest = 'load: { phases: [{ name: steady, rate: 50/s, for: 10s }] }\ncalls: [{ tool: echo, arguments: {} }]\n';
  const module = `export default ${JSON.stringify({ ...minimal, data: { rows: { file: 'rows.csv' } } })};\n`;

  it('reads YAML, with overrides and an overlay', async () => {
    const dir = folder({ 'a.yaml': yaml + rest, 'a.ci.yaml': 'description: overlaid\n' });
    const scenario = await loadScenario(join(dir, 'a.yaml'), { set: ['load.seed=7'], env: 'ci' });
    expect(scenario).toMatchObject({ name: 'orders', description: 'overlaid', load: { seed: 7 } });
  });

  it('rejects with line and column where there are lines', async () => {
    const dir = folder({ 'a.yaml': yaml });
    await expect(loadScenario(join(dir, 'a.yaml'))).rejects.toMatchObject({
      code: 'SCENARIO',
      problems: [
        { path: 'load', place: { line: 1, column: 1 } },
        { path: 'calls', place: { line: 1 } },
      ],
    });
    await expect(loadScenario(join(dir, 'none.yaml'))).rejects.toMatchObject({ code: 'SCENARIO', exitCode: 2 });
  });

  it('takes a module, its paths from its own folder, with overrides and an overlay of either kind', async () => {
    const dir = folder({
      'a.mjs': module,
      'rows.csv': 'id\n1\n',
      'a.ci.yaml': 'load: { seed: 7 }\n',
      'a.night.mjs': 'export default { load: { seed: 8 } };\n',
    });
    const file = join(dir, 'a.mjs');
    expect(await loadScenario(file, { set: ['name=other'] })).toMatchObject({ name: 'other', calls: minimal.calls });
    expect(await loadScenario(file, { env: 'ci' })).toMatchObject({ load: { seed: 7 } });
    expect(await loadScenario(file, { env: 'night' })).toMatchObject({ load: { seed: 8 } });
    await expect(loadScenario(file, { env: 'none' })).rejects.toMatchObject({
      code: 'SCENARIO',
      message: expect.stringContaining('a.none.yaml'),
    });
  });

  it('checks a module by the same grammar: problems by path', async () => {
    const dir = folder({ 'a.mjs': 'export default { plimsoll: 1, name: "A b", load: {} };\n' });
    const error = await loadScenario(join(dir, 'a.mjs')).catch((thrown: unknown) => thrown as PlimsollError);
    expect(error).toMatchObject({ code: 'SCENARIO', exitCode: 2 });
    const { problems = [] } = error as PlimsollError;
    expect(problems.map(({ path }) => path)).toEqual(expect.arrayContaining(['name', 'target', 'load.phases', 'calls']));
    for (const { place } of problems) expect(place).toEqual({ file: join(dir, 'a.mjs') });
  });

  it('puts variables and secrets into a module, and hides them where it is written down', async () => {
    const headers = { 'x-key': '${secret:KEY}', 'x-region': '${REGION:-eu}' };
    const text = `export default ${JSON.stringify(changed({ target: { ...minimal.target, headers } }))};\n`;
    const dir = folder({ 'a.mjs': text });
    const loaded = await loadScenarioOrModule(join(dir, 'a.mjs'), { env: { KEY: 'hunter2hunter2' } });
    expect(loaded.scenario.target.headers).toMatchObject({ 'x-key': 'hunter2hunter2', 'x-region': 'eu' });
    expect(loaded.redactedYaml).not.toContain('hunter2');
  });

  it.each([
    ['throws.mjs', 'throw new Error("out of order");\n', 'cannot be imported: Error: out of order'],
    ['syntax.mjs', 'export default {\n', 'cannot be imported: '],
    ['none.mjs', 'export const scenario = {};\n', 'a module without a default export'],
    ['function.mjs', 'export default () => ({});\n', 'a default export that is a function'],
    ['promise.mjs', 'export default Promise.resolve({});\n', 'a default export that is a promise'],
  ])('says what is wrong with %s', async (name, text, message) => {
    const dir = folder({ [name]: text });
    await expect(loadScenario(join(dir, name))).rejects.toMatchObject({
      code: 'SCENARIO',
      exitCode: 2,
      message: expect.stringContaining(message),
    });
    await expect(loadScenario(join(dir, 'gone.mjs'))).rejects.toThrow('no such file');
  });

  it.skipIf(Boolean((process.features as { readonly typescript?: unknown }).typescript))(
    'says what TypeScript needs where Node does not strip types',
    async () => {
      const dir = folder({ 'a.ts': module });
      await expect(loadScenario(join(dir, 'a.ts'))).rejects.toMatchObject({
        code: 'SCENARIO',
        exitCode: 2,
        message: expect.stringContaining('needs Node 22.18 or a .mjs file'),
      });
    },
  );
});

describe('run', () => {
  it('rejects before anything is made: what no grammar accepts, a host that nobody named, an abort', async () => {
    const out = join(folder({}), 'out');
    await expect(run({} as Scenario, { out })).rejects.toMatchObject({ code: 'SCENARIO', exitCode: 2 });
    const elsewhere = defineScenario(changed({ target: { url: 'http://staging.example.org/mcp' } }));
    const refused = await run(elsewhere, { out }).catch((error: unknown) => error as PlimsollError);
    expect(refused).toMatchObject({ code: 'HOST_NOT_ALLOWED', exitCode: 2 });
    expect((refused as PlimsollError).details.hint).not.toContain('--');
    await expect(searchCapacity(elsewhere, { out })).rejects.toMatchObject({ code: 'HOST_NOT_ALLOWED' });
    const signal = AbortSignal.abort();
    await expect(run(minimal, { out, signal })).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
    await expect(run(minimal, { out: folder({ old: '' }) })).rejects.toMatchObject({ code: 'USAGE', exitCode: 2 });
  });
});
