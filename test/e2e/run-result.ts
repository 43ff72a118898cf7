import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Result } from '../../src/result/result.js';

export function resultIn(folder: string): Result {
  return JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as Result;
}

/** offered = completed + dropped + droppedByGenerator + unfinished; completed = ok + failed. */
export function expectCountsToAddUp(result: Result): void {
  for (const counts of [
    result.totals,
    ...result.phases.map((phase) => phase.counts),
    ...result.tools.map((tool) => tool.counts),
  ]) {
    expect(counts.completed).toBe(counts.ok + counts.failed);
    expect(counts.offered).toBe(counts.completed + counts.dropped + counts.droppedByGenerator + counts.unfinished);
  }
  const failures = result.errors.reduce((sum, { count }) => sum + count, 0);
  expect(failures).toBeGreaterThanOrEqual(result.totals.failed);
}

const REPORT_FILES = [
  'journal.ndjson',
  'junit.xml',
  'latency.hlog',
  'report.html',
  'result.json',
  'scenario.yaml',
  'summary.md',
] as const;

export function expectAllReports(folder: string): void {
  const names = readdirSync(folder);
  expect(names).toEqual(expect.arrayContaining([...REPORT_FILES]));
  for (const name of REPORT_FILES) expect(statSync(join(folder, name)).size, name).toBeGreaterThan(0);
}

/** Names of the files below a folder that hold a text, in any of the forms in which it may have been written. */
export function filesWith(folder: string, text: string): readonly string[] {
  const forms = [text, Buffer.from(text).toString('base64'), encodeURIComponent(text)];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .filter((name) => {
      const content = readFileSync(join(folder, name), 'utf8');
      return forms.some((form) => content.includes(form));
    });
}
