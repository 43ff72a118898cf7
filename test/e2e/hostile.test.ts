import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../fixtures/ports.js';
import { fixture, miniServer } from './plimsoll.js';
import { filesWith } from './run-result.js';
import { scenarioFile } from './scenario-file.js';
import { anyRun, expectPassUnlessBusy } from './valid-run.js';

const SECRET = 'kx93-Very/Secret+Token=1';

describe('secrets', () => {
  it('reach no file and no screen, though the server sends them back in every answer', async () => {
    const port = await freePort();
    const scenario = scenarioFile({
      url: `http://127.0.0.1:${port}/mcp`,
      target: {
        preflight: 'schema',
        headers: { authorization: 'Bearer ${secret:E2E_TOKEN}' },
        server: {
          command: [process.execPath, fixture('mini-server.js'), '--port', String(port), '--tell-token', '--print-token'],
          ready: `http://127.0.0.1:${port}/health`,
          env: { DATABASE_PASSWORD: '${secret:E2E_TOKEN}' },
        },
      },
    });
    const { stdout, stderr, out, result } = await anyRun(scenario, ['--json'], { env: { E2E_TOKEN: SECRET } });
    expect(filesWith(out, SECRET)).toEqual([]);
    expect(stdout + stderr).not.toContain(SECRET);
    // The samples are there; only the secret is taken out of them.
    expect(JSON.stringify(result.exemplars)).toContain('not allowed with');
    expect(result.totals.failed).toBe(320);
  });
});

describe('a tool called <script>', () => {
  it('is harmless in every file and on the screen', async () => {
    const tool = '<script>alert("plimsoll")</script>]]>"\'&\u001b[31m';
    const port = await miniServer('--tool', tool);
    const run = await anyRun(scenarioFile({ url: `http://127.0.0.1:${port}/mcp`, tool }));
    expectPassUnlessBusy(run);
    const { out, result, stdout } = run;
    expect(result.tools[0]?.tool).toBe(tool);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for control characters is the point
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    for (const name of ['report.html', 'junit.xml', 'summary.md']) {
      expect(readFileSync(join(out, name), 'utf8'), name).not.toContain('<script>alert');
    }
  });
});
