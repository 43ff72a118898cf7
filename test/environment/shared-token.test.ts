import { describe, expect, it, onTestFinished } from 'vitest';
import { openEnvironment } from '../../src/environment/open-environment.js';
import { Redactor } from '../../src/scenario/file/redactor.js';
import { timelineOf } from '../../src/scenario/plan/timeline.js';
import { scenarioOf } from '../load/scenario-of.js';
import { FakeEngine } from './fake-engine.js';

/** A command that prints `token-1`, `token-2`, ... each good for three seconds. */
const COUNTING = `const fs = require('node:fs'); const f = process.argv[1];
  let n = 1; try { n = Number(fs.readFileSync(f, 'utf8')) + 1 } catch {}
  fs.writeFileSync(f, String(n)); console.log(JSON.stringify({ access_token: 'token-' + n, expires_in: 3 }));`;

describe('an environment with target.auth', () => {
  it('fetches the token before anything is loaded, renews it beside the load, and tells both', async () => {
    const file = `${process.env.TMPDIR ?? '/tmp'}/plimsoll-token-${process.pid}-${performance.now()}`;
    onTestFinished(async () => (await import('node:fs')).rmSync(file, { force: true }));
    const base = scenarioOf({ calls: [{ type: 'call', tool: 'echo', weight: 1, arguments: { message: 'x' } }] });
    const scenario = {
      ...base,
      target: {
        ...base.target,
        tls: { insecure: true },
        urls: ['https://127.0.0.1:1/mcp'],
        auth: { kind: 'command' as const, command: [process.execPath, '-e', COUNTING, file], cwd: '/', timeoutMs: 20_000 },
      },
    };
    const engine = new FakeEngine();
    const tokens: (string | undefined)[] = [];
    const redactor = new Redactor();
    const steps: string[] = [];
    const environment = await openEnvironment(
      scenario,
      {
        onStep: (text) => void steps.push(text),
        signal: new AbortController().signal,
        redactor,
      },
      {
        createEngine: (_, token) => {
          tokens.push(token);
          return Object.assign(engine, { setToken: (next: string | undefined) => void tokens.push(next) });
        },
      },
    );
    onTestFinished(async () => void (await environment.close()));
    expect(tokens[0]).toBe('token-1');
    expect(steps[0]).toMatch(/^a token was obtained in \d+(\.\d+)? ms, good for 3 s$/);
    expect(environment.notes.map(({ code }) => code).slice(0, 2)).toEqual(['tls-insecure', 'token']);
    const notes: string[] = [];
    environment.drive(scenario, timelineOf(scenario), (entry) => {
      if (entry.type === 'note' && entry.code === 'token') notes.push(entry.text);
    });
    await expect.poll(() => tokens.includes('token-2'), { timeout: 20_000 }).toBe(true);
    await expect.poll(() => notes.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(redactor.redact('token-1, then token-2')).toBe('***, then ***');
    for (const text of [...notes, ...steps]) expect(text).not.toContain('token-');
    engine.end();
  });

  it('ends with code 6 before anything is opened when no token can be had', async () => {
    const base = scenarioOf();
    const scenario = {
      ...base,
      target: {
        ...base.target,
        auth: { kind: 'command' as const, command: [process.execPath, '-e', 'process.exit(9)'], cwd: '/', timeoutMs: 20_000 },
      },
    };
    const engine = new FakeEngine();
    const opening = openEnvironment(
      scenario,
      { onStep: () => {}, redactor: new Redactor(), signal: new AbortController().signal },
      { createEngine: () => engine },
    );
    await expect(opening).rejects.toMatchObject({ exitCode: 6, message: expect.stringContaining('ended with code 9') });
    expect(engine.asked).toEqual([]);
  });
});
