import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../fixtures/ports.js';
import { journalReaches } from './journal-reaches.js';
import { bin, fixture, miniServer, plimsoll, startPlimsoll, temporaryFolder } from './plimsoll.js';
import { expectAllReports, expectCountsToAddUp, resultIn } from './run-result.js';
import { scenarioFile } from './scenario-file.js';

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

async function untilRefused(port: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answered = await fetch(`http://127.0.0.1:${port}/health`).then(
      () => true,
      () => false,
    );
    if (!answered) return true;
    await seconds(0.1);
  }
  return false;
}

describe('a run that is stopped', () => {
  it.each([
    ['SIGINT', 130, 'interrupted'],
    ['SIGTERM', 143, 'terminated'],
  ] as const)('by %s drains, reports and exits %d', async (signal, code, end) => {
    const port = await miniServer('--delay', '50');
    const out = join(temporaryFolder(), 'run');
    const running = startPlimsoll(['run', scenarioFile({ url: `http://127.0.0.1:${port}/mcp`, for: '60s' }), '--out', out]);
    await journalReaches(out, 1);
    running.child.kill(signal);
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(code);
    expectAllReports(out);
    const result = resultIn(out);
    expect(result.run.end).toBe(end);
    expectCountsToAddUp(result);
    expect(result.totals.unfinished).toBe(0);
    expect(result.totals.ok).toBeGreaterThan(40);
  });

  it('by a second Ctrl-C leaves at once, and the server under test is still stopped', async () => {
    const port = await freePort();
    const out = join(temporaryFolder(), 'run');
    const scenario = scenarioFile({
      url: `http://127.0.0.1:${port}/mcp`,
      for: '60s',
      // Calls hang, so that the drain takes its time.
      load: { timeout: '30s', drain: '30s' },
      target: {
        preflight: 'schema',
        server: {
          command: [process.execPath, fixture('mini-server.js'), '--port', String(port), '--delay', '20000'],
          ready: `http://127.0.0.1:${port}/health`,
        },
      },
    });
    const running = startPlimsoll(['run', scenario, '--out', out]);
    await journalReaches(out, 1);
    running.child.kill('SIGINT');
    await running.says(/again to leave at once/);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(await untilRefused(port)).toBe(true);
  });
});

describe('a run that is killed', () => {
  it('can be reported up to its last second, and its server is stopped', async () => {
    const port = await freePort();
    const out = join(temporaryFolder(), 'run');
    const scenario = scenarioFile({
      url: `http://127.0.0.1:${port}/mcp`,
      for: '60s',
      target: {
        server: {
          command: [process.execPath, fixture('mini-server.js'), '--port', String(port)],
          ready: `http://127.0.0.1:${port}/health`,
        },
      },
    });
    const running = startPlimsoll(['run', scenario, '--out', out]);
    await journalReaches(out, 2);
    running.child.kill('SIGKILL');
    expect((await running.ended).code).toBe('SIGKILL');
    expect(await untilRefused(port)).toBe(true);

    const { code, stdout, stderr } = await plimsoll(['report', out]);
    expectAllReports(out);
    const result = resultIn(out);
    expect(result.run.end).toBe('cut-short');
    expect(result.run.durationS).toBeGreaterThanOrEqual(3);
    expect(result.totals.ok).toBeGreaterThan(80);
    expect(code, stderr + stdout).toBe(result.verdict.exitCode);
    expect(code).not.toBe(0);
  });

  it('can be reported with a torn last line, as often as wanted, to the same figures', async () => {
    const port = await miniServer();
    const out = join(temporaryFolder(), 'run');
    await plimsoll(['run', scenarioFile({ url: `http://127.0.0.1:${port}/mcp` }), '--out', out]);
    const before = resultIn(out);
    await plimsoll(['report', out]);
    expect(resultIn(out)).toEqual(before);

    const journal = join(out, 'journal.ndjson');
    const lines = readFileSync(journal, 'utf8').trimEnd().split('\n');
    writeFileSync(journal, `${lines.slice(0, -1).join('\n')}\n${lines.at(-1)?.slice(0, 9)}`);
    await plimsoll(['report', out]);
    const after = resultIn(out);
    expect(after.run.end).toBe('cut-short');
    expect(after.totals).toEqual(before.totals);
  });
});

describe('a disk that is full', () => {
  it('stops the load and the server, and exits 8 with that sentence', async () => {
    const port = await freePort();
    const out = join(temporaryFolder(), 'run');
    const scenario = scenarioFile({
      url: `http://127.0.0.1:${port}/mcp`,
      for: '60s',
      rate: '200/s',
      target: {
        server: {
          command: [process.execPath, fixture('mini-server.js'), '--port', String(port)],
          ready: `http://127.0.0.1:${port}/health`,
        },
      },
    });
    // A limit on the size of files behaves as a full disk does: the write fails half-way (EFBIG in place of ENOSPC).
    const { code, stderr } = await plimsoll(['run', scenario, '--out', out], {
      command: ['bash', '-c', 'ulimit -f 16; exec "$@"', 'limited', process.execPath, bin],
    });
    expect(code, stderr).toBe(8);
    expect(stderr).toContain('the journal cannot be written');
    expect(await untilRefused(port)).toBe(true);
  });
});
