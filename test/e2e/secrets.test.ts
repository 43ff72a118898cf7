import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../fixtures/ports.js';
import { type Ended, fixture, plimsoll, startPlimsoll, temporaryFolder } from './plimsoll.js';
import { resultIn } from './run-result.js';
import { scenarioFile } from './scenario-file.js';
import { expectExitUnlessInDoubt } from './valid-run.js';

/** By the name of the variable. What may stand in a header has no blanks; the others have what encodings change. */
const SECRETS = {
  USER_PASSWORD: 'pa55-in-the-url-Q1',
  QUERY_KEY: 'key-in-the-query-W2',
  HEADER_KEY: 'key+in/the=header-E3',
  COMMAND_PASSWORD: 'word in the "command" & R4',
  SETTING: 'pass/word+in the env: T5ü',
  CLIENT_SECRET: 'client-secret-of-auth-Y6',
};
/** Of a key in a file: secret though it has several lines. */
const PEM = '-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8\n-----END KEY-----\n';
// In the clear, and secret by where they stand.
const PLAIN = { password: 'plain-url-password-U7', parameter: 'plain-url-parameter-I8', option: 'plain-option-O9' };

const formsOf = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('base64url'),
  Buffer.from(`user:${secret}`).toString('base64').slice(8, -4),
  Buffer.from(secret).toString('hex'),
];

interface Scene {
  readonly file: string;
  readonly out: string;
  readonly tokens: string;
  readonly env: Readonly<Record<string, string>>;
}

async function scene(...server: readonly string[]): Promise<Scene> {
  const port = await freePort();
  const tokens = join(temporaryFolder(), 'tokens');
  const url = `http://user:\${secret:USER_PASSWORD}@127.0.0.1:${port}/mcp?api_key=\${secret:QUERY_KEY}&access_token=${PLAIN.parameter}`;
  const file = scenarioFile({
    url,
    rate: '20/s',
    for: '2s',
    target: {
      protocol: 'legacy',
      preflight: 'schema',
      headers: { 'x-api-key': '${secret:HEADER_KEY}' },
      server: {
        command: [
          process.execPath,
          fixture('telling-server.js'),
          '--port',
          String(port),
          '--token-file',
          tokens,
          '--db-password=${secret:COMMAND_PASSWORD}',
          `--api-token=${PLAIN.option}`,
          ...server,
        ],
        env: { SETTING: '${secret:SETTING}', PEM: '${secret:PEM}', DATABASE_URL: `postgres://app:${PLAIN.password}@db/app` },
      },
      auth: {
        clientCredentials: {
          tokenUrl: `http://127.0.0.1:${port}/token`,
          clientId: 'user',
          clientSecret: '${secret:CLIENT_SECRET}',
        },
      },
    },
    more: { calls: [{ tool: 'tell' }], slo: { success: '50%', p95: '500ms' } },
  });
  return { file, out: join(temporaryFolder(), 'run'), tokens, env: { ...SECRETS, PEM } };
}

/** Looks for every secret in every form in all that was printed and written. */
function expectNothingTold({ out, tokens }: Scene, { stdout, stderr }: Ended): void {
  const issued = existsSync(tokens) ? readFileSync(tokens, 'utf8').trim().split('\n') : [];
  const places: Record<string, string> = { stdout, stderr };
  if (existsSync(out)) for (const name of readdirSync(out)) places[name] = readFileSync(join(out, name), 'utf8');
  const secrets = [...Object.values(SECRETS), ...Object.values(PLAIN), ...issued, PEM.split('\n')[1] as string];
  const hits = Object.entries(places).flatMap(([place, text]) =>
    secrets.flatMap((secret) => formsOf(secret).flatMap((form) => (text.includes(form) ? [`${place}: ${form}`] : []))),
  );
  expect(hits).toEqual([]);
}

describe('secrets of URL, headers, command, environment and token endpoint, told by the server in every form', () => {
  it('stand nowhere after a run', async () => {
    const at = await scene();
    const ended = await plimsoll(['run', at.file, '--out', at.out], { env: at.env });
    expectExitUnlessInDoubt(resultIn(at.out), ended.code, [3], ended.stderr);
    expect(readdirSync(at.out)).toEqual(expect.arrayContaining(['journal.ndjson', 'report.html', 'result.json', 'server.log']));
    // The server was asked and did tell: without that nothing is shown.
    expect(readFileSync(at.tokens, 'utf8')).toContain('issued-');
    const log = readFileSync(join(at.out, 'server.log'), 'utf8');
    expect(log).toMatch(/^\[plimsoll: what the server under test printed, .*\n/);
    expect(log).toContain('\u001b[31m');
    expect(log).toContain('***');
    expectNothingTold(at, ended);
  });

  it('stand nowhere after a capacity search, be it cut short', async () => {
    const at = await scene();
    const running = startPlimsoll(['capacity', at.file, '--budget', '2m', '--start', '10/s', '--out', at.out], { env: at.env });
    await running.says(/warm-up .* done/);
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(130);
    expect(readFileSync(at.tokens, 'utf8')).toContain('issued-');
    expect(readFileSync(join(at.out, 'server.log'), 'utf8')).toContain('***');
    expectNothingTold(at, ended);
  });

  it.each([[[]], [['--json']]])('stand nowhere after a doctor %j', async (flags) => {
    const at = await scene();
    const ended = await plimsoll(['doctor', at.file, ...flags], { env: at.env });
    expect([0, 5, 6, 8], ended.stderr).toContain(ended.code);
    expect(ended.stderr).toContain('starting ');
    expectNothingTold(at, ended);
  });

  it.each([[['run']], [['run', '--json']], [['capacity', '--budget', '2m']], [['doctor']]])(
    'stand nowhere after a start that failed: %j',
    async ([command = '', ...flags]) => {
      const at = await scene('--end', '3');
      const ended = await plimsoll([command, at.file, ...flags, ...(command === 'doctor' ? [] : ['--out', at.out])], {
        env: at.env,
      });
      expect([6, 8], ended.stderr).toContain(ended.code);
      expect(ended.stdout + ended.stderr).toContain('exited with code 3');
      expectNothingTold(at, ended);
    },
  );

  it('stand nowhere where the scenario is checked or printed', async () => {
    const at = await scene();
    for (const args of [
      ['validate'],
      ['validate', '--json'],
      ['run', '--print-scenario'],
      ['validate', '--set', 'load.seed=x'],
    ]) {
      const [command = '', ...flags] = args;
      expectNothingTold(at, await plimsoll([command, at.file, ...flags], { env: at.env }));
    }
  });
});
