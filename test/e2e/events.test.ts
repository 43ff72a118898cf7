import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { miniServer, plimsoll } from './plimsoll.js';
import { filesWith } from './run-result.js';
import { scenarioFile } from './scenario-file.js';
import { anyRun } from './valid-run.js';

const withEvents = (port: number, events: readonly object[]): string =>
  scenarioFile({ url: `http://127.0.0.1:${port}/mcp`, for: '3s', more: { events } });

describe('commands of the scenario', () => {
  it('are carried out in the time line, and told in result and reports without secrets', async () => {
    const scenario = withEvents(await miniServer(), [
      { name: 'restart', at: '1s', run: ['./restart.sh', '--token', 'tok-of-the-event'] },
      { name: 'too-long', at: '2s', run: ['sleep', '600'] },
    ]);
    const script = join(dirname(scenario), 'restart.sh');
    writeFileSync(script, '#!/bin/sh\necho "restarted with $2" | tee restarted\n');
    chmodSync(script, 0o755);
    const { result, out, stderr } = await anyRun(scenario);
    expect(result.events).toEqual([
      expect.objectContaining({ name: 'restart', exitCode: 0, callsFailedAround: 0 }),
      expect.objectContaining({ name: 'too-long', callsFailedAround: 0 }),
    ]);
    const [restart, tooLong] = result.events ?? [];
    expect(restart?.startS).toBeGreaterThanOrEqual(0.99);
    expect(tooLong).not.toHaveProperty('exitCode');
    expect(readFileSync(join(dirname(scenario), 'restarted'), 'utf8')).toBe('restarted with tok-of-the-event\n');
    const notes = result.run.notes.map(({ code, text }) => `${code}: ${text}`).join('\n');
    expect(notes).toMatch(/^event: event restart ended with exit code 0 .*it printed: restarted with \*\*\*$/m);
    expect(notes).toMatch(/^event-stopped: event too-long was still running at the end of the run/m);
    expect(stderr).toContain('warning: event too-long was still running');
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Commands of the scenario');
    expect(filesWith(out, 'tok-of-the-event')).toEqual([]);
  });

  it('that this machine does not have are found before any load', async () => {
    const scenario = withEvents(1, [{ name: 'gone', at: '1s', run: ['no-such-program'] }]);
    const { code, stderr } = await plimsoll(['run', scenario]);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/events\.0\.run\.0 {2}found "no-such-program", which is not on the PATH/);
  });
});
