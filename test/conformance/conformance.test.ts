import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { conformanceTool, lacking } from '../requirement.js';

const CLIENT = join(import.meta.dirname, 'client.js');

/** Runs one scenario of the official harness against our client; what it printed, and its exit code. */
function judged(
  scenario: string,
  specVersion: string | undefined,
): Promise<{ readonly code: number | null; readonly printed: string }> {
  const tool = conformanceTool();
  if (tool === undefined) throw new Error('no harness');
  const version = specVersion === undefined ? [] : ['--spec-version', specVersion];
  const command = `${process.execPath} ${CLIENT}`;
  const harness = spawn(tool.node, [tool.script, 'client', '--command', command, '--scenario', scenario, ...version], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let printed = '';
  for (const stream of [harness.stdout, harness.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  return new Promise((resolve) => harness.on('close', (code) => resolve({ code, printed })));
}

/** Checks passed in each scenario, at least: a harness that judges nothing would pass anybody. */
const SCENARIOS = [
  { scenario: 'initialize', passed: 1 },
  { scenario: 'tools_call', passed: 2 },
  { scenario: 'sse-retry', passed: 3 },
  { scenario: 'tools_call', specVersion: '2026-07-28', passed: 2 },
  { scenario: 'http-standard-headers', specVersion: '2026-07-28', passed: 3 },
  { scenario: 'http-custom-headers', specVersion: '2026-07-28', passed: 18 },
  { scenario: 'http-invalid-tool-headers', specVersion: '2026-07-28', passed: 12 },
  { scenario: 'request-metadata', specVersion: '2026-07-28', passed: 5 },
] as const;

describe.skipIf(lacking('conformance'))('the official conformance harness', { timeout: 60_000 }, () => {
  it.each(SCENARIOS)('passes our client: $scenario $specVersion', async ({ scenario, passed, ...rest }) => {
    const { code, printed } = await judged(scenario, 'specVersion' in rest ? rest.specVersion : undefined);
    const [, ok, all] = /Passed: (\d+)\/(\d+), 0 failed/.exec(printed) ?? [];
    expect(printed).toContain('OVERALL: PASSED');
    expect(Number(ok)).toBe(Number(all));
    expect(Number(ok)).toBeGreaterThanOrEqual(passed);
    expect(code).toBe(0);
  });
});
