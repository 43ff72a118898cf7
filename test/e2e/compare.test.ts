import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunComparison } from '../../src/compare/comparison.js';
import type { StartEntry } from '../../src/journal/start-entry.js';
import type { OutcomeClass } from '../../src/scenario/outcome.js';
import { journalOf, type MadeCall, startEntry, timelineOf } from '../analysis/made-journal.js';
import { plimsoll, temporaryFolder } from './plimsoll.js';

const SECONDS = 10;

/** The folder of a run of 1,000 calls that took so long each, as a journal alone. */
function storedRun(
  place: string,
  runId: string,
  responseMs: number,
  start: Partial<StartEntry> = {},
  ending: OutcomeClass = 'ok',
): string {
  const dir = join(place, runId);
  mkdirSync(dir);
  const timeline = timelineOf([{ name: 'steady', kind: 'steady', forS: SECONDS }]);
  const calls = Array.from(
    { length: 1000 },
    (_, i): MadeCall => ({
      tool: i % 2 === 0 ? 'search' : '<b>|get',
      endpoint: 'a',
      segment: 0,
      dueS: (i * SECONDS) / 1000,
      serviceUs: responseMs * 1000,
      // One call of fifty ends in another way, where one does.
      outcome: i % 50 === 0 ? ending : 'ok',
    }),
  );
  const entries = [
    ...journalOf(startEntry(timeline, { runId, ...start }), calls),
    { type: 'end', t: SECONDS, reason: 'completed' },
  ];
  writeFileSync(join(dir, 'journal.ndjson'), entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return dir;
}

describe('compare', () => {
  it('puts two stored runs side by side: terminal, page, Markdown, JSON', async () => {
    const place = temporaryFolder();
    const before = storedRun(place, 'before', 100);
    const after = storedRun(place, 'after', 130, { scenarioHash: 'another' });
    const page = join(place, 'compare.html');
    const told = await plimsoll(['compare', before, after, '-o', page]);
    expect(told, told.stderr).toMatchObject({ code: 0, stderr: `wrote ${page}\n` });
    expect(told.stdout.split('\n')[0]).toMatch(/^! The workloads differ/);
    expect(told.stdout).toMatch(/p95 +100 ms \(100 ms \.\. 100 ms\) +130 ms \(130 ms \.\. 130 ms\) +\+30 %/);
    expect(told.stdout).toContain('One run of each cannot prove a change of the build');
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('The workloads differ');
    expect(html).toContain('&lt;b&gt;|get');
    expect(html).not.toContain('<b>');

    const markdown = join(place, 'compare.md');
    const quiet = await plimsoll(['compare', before, after, '-o', markdown, '--quiet']);
    expect([quiet.code, quiet.stdout]).toEqual([0, '']);
    expect(readFileSync(markdown, 'utf8')).toContain('| all judged calls | p95 | 100 ms');

    const json = await plimsoll(['compare', before, after, '--json']);
    const { scopes, caveats } = JSON.parse(json.stdout) as RunComparison;
    expect(scopes[0]?.change.p95).toBeCloseTo(0.3, 2);
    expect(caveats).toHaveLength(1);
  });

  it('says how far one build differed from itself, from the last self-check beside the runs', async () => {
    const place = temporaryFolder();
    const host = { hostname: 'ci-1', cores: 2 };
    const check = {
      runId: 'self',
      startedAt: '2026-11-30T06:00:00.000Z',
      host,
      scenarioHash: 'hash',
      mode: 'duet',
      phase: 'steady',
      pairs: 12,
      metrics: [{ name: 'p95', pairSd: 0.06 }],
    };
    const keep = (text: string) => writeFileSync(join(place, 'gate-self.json'), text);
    keep(JSON.stringify({ schema: 'plimsoll.gate-self/1', checks: [check] }));
    const [before, after] = ['before', 'after'].map((id) => storedRun(place, id, 100, { host, scenarioHash: 'hash' }));
    const told = async (one: string | undefined, other: string | undefined) =>
      (await plimsoll(['compare', String(one), String(other)])).stdout;
    expect(await told(before, after)).toContain('a build differed from itself by p95 up to +14 %');
    // Of another machine nothing is known, nor from a file that is none.
    const elsewhere = storedRun(place, 'elsewhere', 100, { host: { ...host, hostname: 'ci-2' }, scenarioHash: 'hash' });
    expect(await told(before, elsewhere)).toContain('is not known here');
    keep('no JSON');
    expect(await told(before, after)).toContain('is not known here');
  });

  it('says which run has no answer for a quantile', async () => {
    const place = temporaryFolder();
    const lost = storedRun(place, 'after', 100, {}, 'timeout');
    const { code, stdout } = await plimsoll(['compare', storedRun(place, 'before', 100), lost]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/p99 +100 ms \(100 ms \.\. 100 ms\) +no answer +no answer in B/);
  });

  it('fails only where it is told to', async () => {
    const place = temporaryFolder();
    const [before, after] = [storedRun(place, 'before', 100), storedRun(place, 'after', 130)];
    const held = await plimsoll(['compare', before, after, '--fail-on', 'p95:40', '--fail-on', 'success:1']);
    expect(held, held.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining('within its limit: p95 +30 %') });
    const worse = await plimsoll(['compare', before, after, '--fail-on', 'p95:10']);
    expect(worse).toMatchObject({ code: 4, stderr: 'worse: p95 +30 %, limit 10 %\n' });
  });

  it.each<[string, (place: string) => string, RegExp]>([
    ['is not there', (place) => join(place, 'nowhere'), /nowhere: no such folder/],
    ['holds no run', (place) => place, /a folder without a journal\.ndjson/],
    [
      'holds no journal that can be read',
      (place) => {
        mkdirSync(join(place, 'broken'));
        writeFileSync(join(place, 'broken', 'journal.ndjson'), 'no journal\n');
        return join(place, 'broken');
      },
      /broken/,
    ],
  ])('has one clear error for a folder that %s', async (_, folder, message) => {
    const place = temporaryFolder();
    const { code, stdout, stderr } = await plimsoll(['compare', storedRun(place, 'before', 100), folder(place)]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('compares two baseline files, and names what it was given where the kinds differ', async () => {
    const place = temporaryFolder();
    const [before, after] = [storedRun(place, 'before', 100), storedRun(place, 'after', 130)];
    const [old, now] = [join(place, 'old.json'), join(place, 'now.json')];
    expect(await plimsoll(['baseline', 'save', before, '-o', old])).toMatchObject({ code: 0 });
    const grown = await plimsoll(['baseline', 'save', old, after, '-o', now]);
    expect(grown, grown.stderr).toMatchObject({ code: 0 });
    expect(grown.stdout).toMatch(
      /judged by +tolerance 1\.5: 2 runs of 1 sitting; from 10 runs of 5 sittings on, what they predict/,
    );
    const page = join(place, 'compare.html');
    const told = await plimsoll(['compare', old, now, '-o', page, '--fail-on', 'p95:10']);
    expect(told, told.stderr).toMatchObject({ code: 4, stderr: expect.stringContaining('worse: p95 +14 %, limit 10 %') });
    expect(told.stdout).toContain('! A and B share a run');
    expect(readFileSync(page, 'utf8')).toContain('Two baselines side by side');
    const mixed = await plimsoll(['compare', before, now]);
    expect([mixed.code, mixed.stdout]).toEqual([2, '']);
    expect(mixed.stderr).toContain(
      `A (${before}) is a run and B (${now}) is a baseline file: only two of one kind can be compared`,
    );
    const unknown = await plimsoll(['compare', before, after, '--fail-on', 'cost:10']);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('found cost, accepted for two runs: p50') });
  });

  it('writes no file of a kind that it does not know', async () => {
    const place = temporaryFolder();
    const run = storedRun(place, 'before', 100);
    const { code, stderr } = await plimsoll(['compare', run, run, '-o', join(place, 'compare.pdf')]);
    expect(code).toBe(2);
    expect(stderr).toContain('accepted: a file that ends in .html or .md');
  });
});
