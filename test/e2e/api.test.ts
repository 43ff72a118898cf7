import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../src/result/result.js';
import { lacking, nodeThatStripsTypes, nodeWithoutTypes } from '../requirement.js';
import { fixture, miniServer, plimsoll, root, startServer, temporaryFolder } from './plimsoll.js';
import { expectAllReports, resultIn } from './run-result.js';
import { expectExitUnlessInDoubt } from './valid-run.js';

/** A folder with nothing but the package as it would be published. */
const empty = realpathSync(mkdtempSync(join(tmpdir(), 'plimsoll-api-')));
const write = (name: string, text: string): string => {
  writeFileSync(join(empty, name), text);
  return join(empty, name);
};

beforeAll(() => {
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', empty];
  const tarball = execFileSync('npm', pack, { cwd: root }).toString().trim();
  write('package.json', '{ "type": "module" }');
  const flags = ['--prefer-offline', '--no-audit', '--no-fund'];
  execFileSync('npm', ['install', ...flags, join(empty, tarball)], { cwd: empty, stdio: 'pipe' });
}, 180_000);
afterAll(() => rmSync(empty, { recursive: true, force: true }));

/** Runs a program in that folder. */
const node = (name: string, text: string, ...args: readonly string[]) => {
  const ended = spawnSync(process.execPath, [write(name, text), ...args], {
    cwd: empty,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
  });
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
};

const compile = (cwd: string, ...files: readonly string[]) => {
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--exactOptionalPropertyTypes'];
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const ended = spawnSync(process.execPath, [compiler, ...flags, ...files], { cwd, encoding: 'utf8' });
  return { code: ended.status, said: ended.stdout + ended.stderr };
};

const NAMES = [
  'PlimsollError',
  'defineScenario',
  'gate',
  'loadScenario',
  'readResult',
  'run',
  'searchCapacity',
  'size',
  'writeReports',
];

describe('the package', () => {
  it('exports the API, its package.json and its schemas, and nothing else', () => {
    const ended = node(
      'exports.mjs',
      `import * as api from 'plimsoll';
      import pkg from 'plimsoll/package.json' with { type: 'json' };
      import scenario from 'plimsoll/schema/scenario.schema.json' with { type: 'json' };
      import result from 'plimsoll/schema/result.schema.json' with { type: 'json' };
      const deep = {};
      for (const path of ['dist/index.js', 'dist/run/perform-run.js', 'bin/plimsoll.js', 'docs/api.md', 'schema'])
        deep[path] = await import('plimsoll/' + path).then(() => 'imported', (error) => error.code);
      console.log(JSON.stringify({ names: Object.keys(api).sort(), name: pkg.name, titles: [scenario.title, result.title], deep }));`,
    );
    expect(ended.code, ended.stderr).toBe(0);
    const { names, name, titles, deep } = JSON.parse(ended.stdout) as Record<string, unknown>;
    expect(names).toEqual(NAMES);
    expect([name, titles]).toEqual(['plimsoll', ['plimsoll scenario', 'plimsoll result']]);
    expect(new Set(Object.values(deep as object))).toEqual(new Set(['ERR_PACKAGE_PATH_NOT_EXPORTED']));
  });

  it('has nothing that publint finds wrong', async () => {
    const { messages, pkg } = await publint({ pkgDir: join(empty, 'node_modules', 'plimsoll'), pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('declares its types in one file, which a strict consumer compiles without types of anything else', () => {
    const consumer = `
      import { ${NAMES.join(', ')} } from 'plimsoll';
      import type { ErrorCode, ExitCode, Problem, Progress, Result, RunOptions, RunOutcome, Scenario, Sizing } from 'plimsoll';
      const scenario: Scenario = defineScenario({
        plimsoll: 1, name: 'orders', target: { url: 'http://127.0.0.1:1/mcp', transport: 'streamable-http' },
        load: { arrivals: 'constant', phases: [{ name: 'steady', rate: '50/s', for: '10s' }] },
        calls: [{ tool: 'echo', arguments: { deep: [{ id: 1 }] } }], slo: { p95: '400ms', success: 0.99 },
      });
      const onProgress = ({ stage, text, ok = 0 }: Progress): void => void [stage === 'load', text.length, ok + 1];
      const options: RunOptions = { out: 'out', signal: new AbortController().signal, onProgress };
      const outcome: RunOutcome = await run(await loadScenario('a.yaml', { set: ['load.seed=7'], env: 'ci' }), options);
      const { result, folder }: { result: Result; folder: string } = outcome;
      const p95: number | null | undefined = result.latencyUs.response.p95;
      const verdict: 'pass' | 'fail' | 'inconclusive' | 'invalid' = result.verdict.outcome;
      const sizing: Sizing = size(readResult(folder), { peak: '2000/s', survive: { zones: 1 } });
      const instances: number | null = sizing.instances;
      const again: ExitCode = (await writeReports(folder)).exitCode;
      await searchCapacity(scenario, { law: true });
      try { defineScenario(scenario); } catch (error) {
        if (error instanceof PlimsollError && error.code === 'SCENARIO') {
          const problems: readonly Problem[] = error.problems ?? [];
          const code: ErrorCode = error.code;
          void [problems[0]?.path, problems[0]?.place.line, code, error.exitCode === 2, error.details.hint];
        }
      }
      void [p95, verdict, instances, again];
    `;
    expect(compile(empty, write('consumer.ts', consumer))).toEqual({ code: 0, said: '' });
    // And what it must not take.
    const wrong = `
      import { defineScenario, readResult } from 'plimsoll';
      defineScenario({ plimsoll: 1, name: 'orders', target: {}, load: { phases: [] }, calls: [], callz: [] });
      readResult('out').verdict.outcome = 'pass';
      readResult('out').nothing;
    `;
    expect(compile(empty, write('wrong.ts', wrong)).said.match(/error TS\d+/g)).toHaveLength(3);
  });

  it('declares the very types that its source infers', () => {
    const text = `
      import type * as shipped from ${JSON.stringify(join(root, 'dist', 'plimsoll.js'))};
      import type * as inferred from ${JSON.stringify(join(root, 'dist', 'index.js'))};
      declare const result: inferred.Result, sizing: inferred.Sizing;
      const ofResult: shipped.Result = result, ofSizing: shipped.Sizing = sizing;
      declare const made: shipped.Result;
      const back: inferred.Result = made;
      declare const scenario: inferred.Scenario, plan: inferred.SizingPlan;
      // Outcomes that no rule of "classify" may name are told by a check, which the schema has and the inferred type has not.
      const ofScenario: Omit<shipped.Scenario, 'classify'> = scenario, ofPlan: shipped.SizingPlan = plan;
      const keys: keyof inferred.Scenario = null! as keyof shipped.Scenario;
      const sameKeys: keyof shipped.Scenario = null! as keyof inferred.Scenario;
      void [ofResult, ofSizing, back, ofScenario, ofPlan, keys, sameKeys];
    `;
    const folder = temporaryFolder();
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'same.ts'), text);
    expect(compile(folder, '--skipLibCheck', 'same.ts')).toEqual({ code: 0, said: '' });
  });
});

const SCENARIO = `{
  plimsoll: 1, name: 'api', target: { url: 'http://127.0.0.1:' + process.env.PORT + '/mcp' },
  load: { phases: [{ name: 'steady', rate: '50/s', for: '2s' }] }, calls: [{ tool: 'echo', arguments: { message: 'hi' } }],
}`;

describe('run', () => {
  it('does what the command does, without output, signals or an end of the process', async () => {
    process.env.PORT = String(await miniServer());
    const ended = node(
      'run.mjs',
      `process.env.PORT = process.argv[2];
      import { deepStrictEqual } from 'node:assert/strict';
      import { readFileSync } from 'node:fs';
      import { isAbsolute } from 'node:path';
      import { defineScenario, readResult, run, writeReports } from 'plimsoll';
      const scenario = defineScenario(${SCENARIO});
      const said = [];
      for (const stream of [process.stdout, process.stderr]) { const write = stream.write; stream.write = (...all) => { said.push(all[0]); return write.apply(stream, all); }; }
      const signals = () => ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'exit'].map((name) => process.listenerCount(name));
      const before = signals();
      const stages = new Set();
      let during;
      const first = run(scenario, { out: 'out', onProgress: ({ stage }) => { stages.add(stage); if (stage === 'load') during = signals(); } });
      const busy = await run(scenario).catch(({ code, exitCode }) => ({ code, exitCode }));
      const { result, folder, exitCode } = await first;
      deepStrictEqual(result, JSON.parse(readFileSync('out/result.json', 'utf8')));
      deepStrictEqual(readResult('out'), result);
      deepStrictEqual([during, signals()], [before, before]);
      const again = await writeReports('out');
      deepStrictEqual(again, { result, folder, exitCode });
      const stopper = new AbortController();
      const stopped = await run(scenario, { out: 'stopped', signal: stopper.signal, onProgress: ({ stage, atS }) => atS && stopper.abort() });
      const thrown = await run(scenario, { out: 'thrown', onProgress: ({ stage }) => { if (stage === 'load') throw new Error('enough'); } }).catch(String);
      const full = await run(scenario, { out: 'out' }).catch(({ code, exitCode }) => ({ code, exitCode }));
      const nobody = await run(defineScenario({ ...scenario, target: { url: 'http://127.0.0.1:9/mcp' } })).catch(({ code, exitCode }) => ({ code, exitCode }));
      deepStrictEqual(said, []);
      console.log(JSON.stringify({ exitCode, absolute: isAbsolute(folder), folder, stages: [...stages], busy, stopped: [stopped.exitCode, stopped.result.run.end], thrown, full, nobody }));`,
      process.env.PORT,
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toBe('');
    const told = JSON.parse(ended.stdout) as Record<string, unknown>;
    // 5: too few calls for the default SLO.
    expectExitUnlessInDoubt(resultIn(join(empty, 'out')), told.exitCode as number, [0, 5]);
    expect(told).toMatchObject({
      absolute: true,
      folder: join(empty, 'out'),
      stages: ['prepare', 'load', 'report'],
      busy: { code: 'BUSY', exitCode: 2 },
      stopped: [130, 'interrupted'],
      thrown: 'Error: enough',
      full: { code: 'USAGE', exitCode: 2 },
      nobody: { code: 'TARGET', exitCode: 6 },
    });
    expectAllReports(join(empty, 'out'));
  });

  it('takes a module on the command line, with --set, --env and a secret', async () => {
    const port = String(await miniServer());
    const module = SCENARIO.replace("+ '/mcp' }", "+ '/mcp', headers: { 'x-key': '${secret:KEY}' } }");
    write('load.mjs', `export default ${module};`);
    write('load.ci.yaml', 'description: overlaid\n');
    const options = { cwd: empty, env: { PORT: port, KEY: 'hunter2hunter2' }, command: [process.execPath, bin()] };
    const flags = ['--set', 'load.seed=7', '--env', 'ci', '--out', 'module', '--json'];
    const ended = await plimsoll(['run', 'load.mjs', ...flags], options);
    expectExitUnlessInDoubt(JSON.parse(ended.stdout) as Result, ended.code, [0, 5], ended.stderr);
    const kept = readFileSync(join(empty, 'module', 'scenario.yaml'), 'utf8');
    expect(kept).toContain('seed: 7');
    expect(kept).toContain('description: overlaid');
    for (const name of readdirSync(join(empty, 'module')))
      expect(readFileSync(join(empty, 'module', name), 'utf8'), name).not.toContain('hunter2');
    const wrong = await plimsoll(['validate', 'load.mjs', '--set', 'name=A b', '--json'], options);
    expect(wrong.code).toBe(2);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { problems: [{ path: 'name' }] } });
  });

  describe('with a module in TypeScript', () => {
    const typed = `import { type Tool, tools } from './tools.ts';
      interface Call { readonly tool: Tool; readonly arguments: Readonly<Record<string, unknown>> }
      const calls: readonly Call[] = tools.map((tool): Call => ({ tool, arguments: { message: 'hi' } }));
      export default ${SCENARIO.replace(/calls: .*/, 'calls,')};`;
    beforeAll(() => {
      write('typed.ts', typed);
      write('tools.ts', "export type Tool = 'echo';\nexport const tools: readonly Tool[] = ['echo'];\n");
      write('enum.ts', `enum Tool { Echo = 'echo' }\nexport default ${SCENARIO.replace("'echo'", 'Tool.Echo')};\n`);
    });

    it.skipIf(lacking('node with types'))('runs it where Node takes the types out', async () => {
      const options = {
        cwd: empty,
        env: { PORT: String(await miniServer()) },
        command: [nodeThatStripsTypes() as string, bin()],
      };
      const ended = await plimsoll(['run', 'typed.ts', '--out', 'typed', '--json'], options);
      const result = JSON.parse(ended.stdout) as Result;
      expectExitUnlessInDoubt(result, ended.code, [0, 5], ended.stderr);
      expect(result.tools.map(({ tool }) => tool)).toEqual(['echo']);
      expect(result.totals.ok).toBeGreaterThan(50);
      // What is more than types stays in, which Node refuses.
      const refused = await plimsoll(['validate', 'enum.ts'], options);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/^plimsoll: enum\.ts cannot be imported: SyntaxError: .*enum is not supported/m);
    });

    it.skipIf(lacking('node without types'))('says what it needs where Node does not: exit 2', async () => {
      const options = { cwd: empty, env: { PORT: '9' }, command: [nodeWithoutTypes() as string, bin()] };
      for (const command of ['validate', 'run'])
        expect(await plimsoll([command, 'typed.ts'], options)).toMatchObject({
          code: 2,
          stderr: expect.stringMatching(/^plimsoll: typed\.ts: needs Node 22\.18 or a \.mjs file \(this is Node \d+\.\d+\.\d+\)/),
        });
    });
  });
});

describe('searchCapacity', () => {
  /** On a server that takes 50 ms for a call: no rate meets the SLO, so that a whole search is a short one. */
  const prepared = (port: number): string => `
    import { deepStrictEqual } from 'node:assert/strict';
    import { readFileSync } from 'node:fs';
    import { defineScenario, readResult, run, searchCapacity, writeReports } from 'plimsoll';
    const scenario = defineScenario({
      plimsoll: 1, name: 'too-slow', target: { url: 'http://127.0.0.1:${port}/mcp' },
      load: { phases: [{ name: 'steady', rate: '20/s', for: '5s' }] },
      calls: [{ tool: 'work', arguments: {} }], slo: { p95: '20ms' }, capacity: { budget: '2m', start: '20/s' },
    });
    const refusal = ({ code, exitCode }) => ({ code, exitCode });`;
  const slowServer = () => startServer([process.execPath, fixture('slot-server.js'), '--slots', '4', '--ms', '50']);

  it('searches to the end, alone in its process, and gives result, folder and exit code', async () => {
    const ended = node(
      'search.mjs',
      `${prepared(await slowServer())}
      const stages = new Set();
      const first = searchCapacity(scenario, { out: 'searched', onProgress: ({ stage }) => void stages.add(stage) });
      const busy = [await searchCapacity(scenario).catch(refusal), await run(scenario).catch(refusal)];
      const outcome = await first;
      deepStrictEqual(Object.keys(outcome).sort(), ['exitCode', 'folder', 'result']);
      deepStrictEqual(outcome.result, JSON.parse(readFileSync('searched/result.json', 'utf8')));
      deepStrictEqual(readResult('searched'), outcome.result);
      deepStrictEqual(await writeReports('searched'), outcome);
      const { result, folder, exitCode } = outcome;
      const { ending, trials, confirmedRate } = result.capacity.healthy;
      console.log(JSON.stringify({ exitCode, folder, verdict: result.verdict, end: result.run.end, ending, trials: trials.length, confirmedRate, stages: [...stages], busy }));`,
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toBe('');
    const told = JSON.parse(ended.stdout) as { readonly [key: string]: unknown; readonly verdict: { readonly exitCode: number } };
    // 3: no rate meets the SLO. 5: the machine was busy with something else, so that the search says nothing.
    expect([3, 5]).toContain(told.exitCode);
    expect(told.exitCode).toBe(told.verdict.exitCode);
    if (told.exitCode === 3) expect(told).toMatchObject({ ending: 'nothing-passes', verdict: { outcome: 'fail' } });
    expect(told).toMatchObject({
      folder: join(empty, 'searched'),
      end: 'completed',
      stages: ['prepare', 'load', 'report'],
      busy: [
        { code: 'BUSY', exitCode: 2 },
        { code: 'BUSY', exitCode: 2 },
      ],
    });
    expect(told.confirmedRate).toBeUndefined();
    // A warm-up and a rate at least.
    expect(told.trials).toBeGreaterThan(1);
    expectAllReports(join(empty, 'searched'));
  });

  it('gives what was found until the signal stopped it, with exit code 130', async () => {
    const ended = node(
      'stop-search.mjs',
      `${prepared(await slowServer())}
      const stopper = new AbortController();
      const onProgress = ({ stage, text }) => { if (stage === 'load' && text.includes('warm-up')) stopper.abort(); };
      const { result, folder, exitCode } = await searchCapacity(scenario, { out: 'stopped-search', signal: stopper.signal, onProgress });
      deepStrictEqual(result, JSON.parse(readFileSync('stopped-search/result.json', 'utf8')));
      // It is free again for the next, which a signal stops before anything is made.
      const next = await searchCapacity(scenario, { out: 'never', signal: stopper.signal }).catch(refusal);
      const { ending, trials } = result.capacity.healthy;
      console.log(JSON.stringify({ exitCode, folder, end: result.run.end, ending, purposes: trials.map(({ purpose }) => purpose), next }));`,
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      exitCode: 130,
      folder: join(empty, 'stopped-search'),
      end: 'interrupted',
      ending: 'interrupted',
      purposes: expect.arrayContaining(['warm-up']),
      next: { code: 'INTERRUPTED', exitCode: 130 },
    });
    expect(readdirSync(empty)).not.toContain('never');
    expectAllReports(join(empty, 'stopped-search'));
  });
});

const bin = (): string => join(empty, 'node_modules', 'plimsoll', 'bin', 'plimsoll.js');

describe('examples/vitest', () => {
  it('is a performance test in a vitest suite, with the packed package', () => {
    const place = join(empty, 'example');
    cpSync(join(root, 'examples', 'vitest'), place, { recursive: true, filter: (path) => !path.endsWith('node_modules') });
    const modules = join(empty, 'node_modules');
    if (!readdirSync(modules).includes('vitest')) symlinkSync(join(root, 'node_modules', 'vitest'), join(modules, 'vitest'));
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const ended = spawnSync(process.execPath, [vitest, 'run', '--root', place, '--reporter', 'json'], {
      cwd: place,
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
    });
    expect(ended.status, ended.stdout + ended.stderr).toBe(0);
    const report = JSON.parse(ended.stdout.slice(ended.stdout.indexOf('{'))) as {
      readonly testResults: readonly { readonly assertionResults: readonly { readonly status: string }[] }[];
    };
    const statuses = report.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
    // Skipped: this machine was busy with something else, which is no fault of the server.
    expect(statuses).toHaveLength(1);
    expect(['passed', 'skipped', 'pending']).toContain(statuses[0]);
    const [folder = ''] = readdirSync(join(place, 'reports', 'price'));
    expectAllReports(join(place, 'reports', 'price', folder));
  });
});
