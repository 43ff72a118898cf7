import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixture, plimsoll, startServer } from './plimsoll.js';
import { expectAllReports } from './run-result.js';
import { scenarioFile } from './scenario-file.js';
import { validRun } from './valid-run.js';

const SECRET = 'client-secret-1';

const guarded = (port: number, clientSecret = `\${secret:CLIENT_SECRET}`) =>
  scenarioFile({
    url: `http://127.0.0.1:${port}/mcp`,
    for: '4s',
    rate: '120/s',
    target: {
      protocol: 'modern',
      auth: { clientCredentials: { tokenUrl: `http://127.0.0.1:${port}/token`, clientId: 'load-test', clientSecret } },
    },
    more: {
      tenants: [
        { name: 'acme', headers: { 'x-tenant': 'acme' }, rate: '80/s', slo: { success: '99%', p95: '600ms' } },
        { name: 'globex', headers: { 'x-tenant': 'globex' }, weight: 1 },
      ],
      client: { elicitation: { content: { sure: true }, delay: '700ms' } },
      calls: [
        { tool: 'echo', weight: 2, arguments: { message: 'hello' } },
        { tool: 'confirm', weight: 1, expect: { text: 'said accept' } },
        { resource: 'test://readme', weight: 1, expect: { text: 'read me' } },
      ],
      slo: { success: '50%', p95: '600ms' },
    },
  });

describe('a guarded server with tenants that asks its client', () => {
  it('is loaded with one renewed token, figures per tenant and our own delay left out of the objective', async () => {
    const run = await validRun(async () => guarded(await startServer([process.execPath, fixture('guarded-server.js')])), [], {
      env: { CLIENT_SECRET: SECRET },
    });
    const { result, code, stdout, stderr, out } = run;
    expect(code, stderr + stdout).toBe(0);
    expectAllReports(out);

    // Tokens live for 2 s: without renewal the last calls would be refused.
    expect(result.errors.filter(({ taxonomy }) => taxonomy === 'security')).toEqual([]);
    expect(
      result.run.notes.filter(({ code: name, text }) => name === 'token' && text.includes('obtained')).length,
    ).toBeGreaterThan(2);

    const [acme, globex] = ['acme', 'globex'].map((name) => result.tenants.find(({ tenant }) => tenant === name)!);
    expect(acme!.counts.successRate).toBe(1);
    expect(Math.abs(acme!.counts.offered - 320)).toBeLessThan(60);
    expect(globex!.errors).toMatchObject([{ class: 'rate-limited', taxonomy: 'quota' }]);
    expect(globex!.retryAfterMs).toEqual({ count: globex!.errors[0]!.count, mean: 3000, max: 3000 });
    expect(result.verdict.checks.filter(({ scope }) => scope === 'tenant acme').map(({ outcome }) => outcome)).toEqual([
      'pass',
      'pass',
    ]);

    // A call of two requests is one call, and the 700 ms of our user are not in its time.
    const confirm = result.tools.find(({ tool }) => tool === 'confirm')!;
    expect(confirm.counts.offered).toBeLessThan(200);
    expect(confirm.interaction!.rounds).toBeGreaterThanOrEqual(confirm.counts.ok);
    expect(confirm.latencyUs.response.p95).toBeLessThan(600_000);
    expect(confirm.interaction!.clientDelayUs!.p50).toBeGreaterThanOrEqual(699_000);
    expect(result.tools.map(({ tool }) => tool)).toContain('resource test://readme');
    const html = readFileSync(join(out, 'report.html'), 'utf8');
    for (const words of ['Fairness between tenants', 'Within the calls', 'OAuth client credentials'])
      expect(html).toContain(words);

    for (const file of readdirSync(out)) {
      const text = readFileSync(join(out, file), 'latin1');
      expect(text, file).not.toContain(SECRET);
      expect(text, file).not.toMatch(/issued-[0-9a-f]/);
    }
    expect(stdout + stderr).not.toMatch(/issued-[0-9a-f]|client-secret/);
  });

  it('is not loaded when no token can be had', async () => {
    const port = await startServer([process.execPath, fixture('guarded-server.js')]);
    const { code, stderr } = await plimsoll(['run', guarded(port, 'wrong-secret-9')]);
    expect(code).toBe(6);
    expect(stderr).toContain('refused a token with HTTP 401: invalid_client');
    expect(stderr).not.toContain('wrong-secret-9');
  });
});
