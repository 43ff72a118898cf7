import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadScenario } from '../../../src/scenario/reading/load-scenario.js';
import { minimal, parse } from '../minimal.js';

describe('--set', () => {
  it('sets a value by path, list entries by index, and reads it as YAML', () => {
    const { scenario, redacted } = parse(minimal(), {
      set: [
        'load.phases.0.rate=200/s',
        'load.phases.1={ name: b, rate: 1/s, for: 1s }',
        'slo.tools."echo".p95=1s',
        'sessions.count=3',
      ],
    });
    expect(scenario.load.phases).toMatchObject([{ fromPerS: 200 }, { name: 'b' }]);
    expect(scenario.slo.tools).toEqual({ echo: { p95Ms: 1000 } });
    expect(scenario.sessions.count).toBe(3);
    expect(redacted).toMatchObject({ load: { phases: [{ rate: '200/s' }, { name: 'b' }] } });
  });

  it('takes a key away with null', () => {
    expect(parse(minimal({ slo: '{ p50: 1s }' }), { set: ['slo=null'] }).scenario.slo.declared).toBe(false);
  });

  it('tells what is wrong with its flag', () => {
    expect(() => parse(minimal(), { set: ['load.phases.0.rate=fast'] })).toThrow(
      '--set load.phases.0.rate=fast  load.phases.0.rate  found "fast"',
    );
    expect(() => parse(minimal(), { set: ['load.phases.5.rate=1/s'] })).toThrow(
      'found index 5, accepted: 0 to 0, or 1 to add one',
    );
    expect(() => parse(minimal(), { set: ['name.x=1'] })).toThrow('name.x  found a value at name, which has no keys');
    expect(() => parse(minimal(), { set: ['load.timeuot=1s'] })).toThrow('did you mean "timeout"?');
    for (const bad of ['x', '=1', '.a=1', 'a..b=1'])
      expect(() => parse(minimal(), { set: [bad] })).toThrow(/accepted: path=value/);
  });
});

describe('loadScenario', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-scenario-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

  it('lays the overlay file over the scenario: maps merged, lists replaced, null removes', () => {
    write('s.yaml', minimal({ slo: '{ success: 99%, p95: 400ms }', sessions: '{ count: 5 }' }));
    write('s.ci.yaml', 'slo: { p95: 1s }\nload: { phases: [{ name: z, rate: 1/s, for: 1s }] }\nsessions: null\n');
    const { scenario } = loadScenario('s.yaml', { env: {}, overlay: 'ci', cwd: folder, set: ['slo.p50=50ms'] });
    expect(scenario.slo).toMatchObject({ success: 0.99, p95Ms: 1000, p50Ms: 50 });
    expect(scenario.load.phases.map(({ name }) => name)).toEqual(['z']);
    expect(scenario.sessions.count).toBe(10);
  });

  it('locates problems in the overlay file', () => {
    write('s.yaml', minimal());
    write('s.ci.yaml', 'load:\n  timeout: 5\n');
    expect(() => loadScenario('s.yaml', { env: {}, overlay: 'ci', cwd: folder })).toThrow(/s\.ci\.yaml:2:12 {2}load\.timeout/);
  });

  it('tells missing files', () => {
    expect(() => loadScenario('none.yaml', { env: {}, cwd: folder })).toThrow('none.yaml: no such file');
    write('s.yaml', minimal());
    expect(() => loadScenario('s.yaml', { env: {}, cwd: folder, overlay: 'ci' })).toThrow('s.ci.yaml: no such file');
    expect(() => loadScenario('s.yaml', { env: {}, cwd: folder, overlay: '../x' })).toThrow('--env ../x');
    expect(() => loadScenario('.', { env: {}, cwd: folder })).toThrow('found a folder');
  });

  it('reads CSV feeds and resolves paths against the folder of the scenario', () => {
    write('people.csv', '\uFEFFid,first name\n1,Ann\n"2","Bob, jr"\n\n');
    write('base.json', '{}');
    write(
      's.yaml',
      minimal({
        data: '{ people: { file: people.csv, order: sequential } }',
        calls: '[{ tool: t, arguments: { a: "{{ people.first name }}", b: "{{ people.id }}" } }]',
        baseline: 'base.json',
        target: '{ url: "http://127.0.0.1:1/mcp", server: { command: [x], cwd: sub } }',
      }),
    );
    const { scenario } = loadScenario(join(folder, 's.yaml'), { env: {} });
    expect(scenario.data.people).toEqual({
      order: 'sequential',
      source: 'csv',
      rows: [
        { id: '1', 'first name': 'Ann' },
        { id: '2', 'first name': 'Bob, jr' },
      ],
    });
    expect(scenario.baseline).toEqual({ file: join(folder, 'base.json') });
    expect(scenario.target.server?.cwd).toBe(join(folder, 'sub'));
  });
});
