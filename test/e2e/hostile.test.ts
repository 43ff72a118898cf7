import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixture, freePort, miniServer } from './plimsoll.js';
import { filesWith } from './run-result.js';
import { scenarioFile } from './scenario-file.js';
import { validRun } from './valid-run.js';

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
    const { code, stdout, stderr, out, result } = await validRun(scenario, ['--json'], { env: { E2E_TOKEN: SECRET } });
    expect(code, stderr).toBe(3);
    expect(filesWith(out, SECRET)).toEqual([]);
    expect(stdout + stderr).not.toContain(SECRET);
    // The samples are there; only the secret is taken out of them.
    expect(JSON.stringify(result.exemplars)).toContain('not allowed with');
    expect(result.totals.failed).toBe(320);
  });
});

describe('a tool called <script>', () => {
  it('is harmless in every file and on the screen', async () => {
    const tool = '<script>alert("plimsoll")</script>]]>"\'&';
    const port = await miniServer('--tool', tool);
    const { code, stdout, stderr, out, result } = await validRun(scenarioFile({ url: `http://127.0.0.1:${port}/mcp`, tool }));
    expect(code, stderr + stdout).toBe(0);
    expect(result.tools[0]?.tool).toBe(tool);
    for (const name of ['report.html', 'junit.xml', 'summary.md']) {
      expect(readFileSync(join(out, name), 'utf8'), name).not.toContain('<script>alert');
    }
  });
});
