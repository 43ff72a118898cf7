import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tellGithub } from '../../../src/cli/run/tell-github.js';
import type { JournalEntry } from '../../../src/journal/journal-entry.js';
import type { StartEntry } from '../../../src/journal/start-entry.js';
import { deriveResult } from '../../../src/run/derive-result.js';
import { heardConsole, linesOf } from '../heard-console.js';
import { second } from '../second-entry.js';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'plimsoll-github-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const start: StartEntry = {
  type: 'start',
  schema: 'plimsoll.journal/1',
  runId: 'r',
  version: '1',
  startedAt: '2026-11-21T00:00:00.000Z',
  scenario: { name: 'orders' },
  scenarioHash: 'h',
  labels: {},
  host: {},
  target: {},
  timeline: [{ id: 0, name: 'steady', phase: 'steady', kind: 'steady', startS: 0, endS: 1, faults: [] }],
  workers: 1,
  timeoutMs: 1000,
  slo: { declared: true, success: 0.99, tools: {}, during: {} },
};

/** A run of one second in which half of 1,000 calls failed. */
function failedRun() {
  const entries: JournalEntry[] = [
    start,
    { type: 'cell', id: 0, tool: 'echo', endpoint: 'a', segment: 0 },
    second(0, { offered: 1000, started: 1000, ok: 500, failed: 500, errors: { 'tool-error': 500 } }),
    { type: 'end', t: 1, reason: 'completed' },
  ];
  const journal = join(dir, 'journal.ndjson');
  writeFileSync(journal, `${entries.map((entry) => JSON.stringify(entry)).join('\n')}\n`);
  return deriveResult(journal);
}

function told(env: Record<string, string>, stdoutIsTaken = false, scenario?: string) {
  const { console, out, err } = heardConsole();
  tellGithub(failedRun(), console, env, stdoutIsTaken, scenario);
  return { out: linesOf(out()), err: linesOf(err()) };
}

describe('tellGithub', () => {
  it('says nothing elsewhere', () => {
    expect(told({ GITHUB_STEP_SUMMARY: join(dir, 'summary') })).toEqual({ out: [], err: [] });
  });

  it('annotates the job and appends to its summary', () => {
    const summary = join(dir, 'summary');
    writeFileSync(summary, 'before\n');
    const { out } = told({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
    expect(out.filter((line) => line.startsWith('::error '))).not.toEqual([]);
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n[\s\S]*orders/);
  });

  it('names the scenario file from the root of the repository, and none outside it', () => {
    const file = join(dir, 'orders.yaml');
    writeFileSync(file, '');
    const filesIn = (GITHUB_WORKSPACE: string, scenario: string): readonly string[] => [
      ...new Set(
        told({ GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE }, false, scenario).out.map(
          (line) => /file=([^,]*),/.exec(line)?.[1] ?? '',
        ),
      ),
    ];
    expect(filesIn(join(dir, '..'), file)).toEqual([`${basename(dir)}/orders.yaml`]);
    expect(filesIn(join(dir, 'below'), file)).toEqual(['']);
    expect(filesIn(process.cwd(), 'http://127.0.0.1:9/mcp')).toEqual(['']);
  });

  it('leaves stdout to the result with --json', () => {
    const { out, err } = told({ GITHUB_ACTIONS: 'true' }, true);
    expect(out).toEqual([]);
    expect(err.some((line) => line.startsWith('::error '))).toBe(true);
  });

  it('does not fail a run over a summary that cannot be written', () => {
    const { err } = told({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(dir, 'no', 'such', 'folder') });
    expect(err.join()).toContain('the job summary could not be written');
  });
});
