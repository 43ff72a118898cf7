import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, HistogramLogReader, listTags } from 'hdr-histogram-js';
import { beforeEach, describe, expect, it } from 'vitest';
import { analyse, analyseJournal } from '../../src/analysis/analyse.js';
import { HdrLog, hdrTag, intervalWidthS, MAX_LINES, writeHdrLog } from '../../src/journal/hdr-log.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { LatencyHistogram } from '../../src/journal/latency-histogram.js';
import { journalOf, type MadeCall, responseUsOf, seeded, startEntry, timelineOf } from '../analysis/made-journal.js';
import { scratchFolder } from '../fixtures/scratch-folder.js';

const TIMELINE = timelineOf([
  { name: 'warm-up', kind: 'warm-up', forS: 2 },
  { name: 'steady, long', kind: 'steady', forS: 8 },
]);

function callsOf(count: number, tools: readonly string[], forS = 10): MadeCall[] {
  const random = seeded(7);
  return Array.from({ length: count }, (_, i) => {
    const dueS = (i * forS) / count;
    return {
      tool: tools[i % tools.length] as string,
      endpoint: 'a',
      segment: dueS < 2 ? 0 : 1,
      dueS,
      latenessUs: Math.floor(random() * 300),
      serviceUs: Math.floor(1000 * Math.exp(3 * random())),
      outcome: i % 50 === 0 ? 'timeout' : 'ok',
    };
  });
}

const logOf = (entries: readonly JournalEntry[]): string => {
  let text = '';
  const [start, ...rest] = entries;
  const log = new HdrLog(start as never, (piece) => {
    text += piece;
  });
  for (const entry of rest) log.add(entry);
  log.end();
  return text;
};
const readBack = (text: string) => {
  const reader = new HistogramLogReader(text);
  const intervals = [];
  for (let next = reader.nextIntervalHistogram(); next !== null; next = reader.nextIntervalHistogram()) intervals.push(next);
  return { reader, intervals };
};

describe('HdrLog', () => {
  it('is read by HistogramLogReader with the percentiles of all calls of a tag', () => {
    const calls = callsOf(4000, ['search', 'place']);
    const { reader, intervals } = readBack(logOf(journalOf(startEntry(TIMELINE), calls)));
    expect(reader.startTimeSec).toBe(Date.parse('2026-11-21T06:00:00.000Z') / 1000);
    for (const tool of ['search', 'place']) {
      for (const [segment, name] of [
        [0, 'warm-up'],
        [1, 'steady_long'],
      ] as const) {
        const own = calls.filter((call) => call.tool === tool && call.segment === segment && call.outcome === 'ok');
        const truth = new LatencyHistogram();
        for (const call of own) truth.record(responseUsOf(call));
        const merged = build({ highestTrackableValue: 3_600_000_000 });
        for (const interval of intervals) if (interval.tag === hdrTag(tool, name)) merged.add(interval);
        expect(merged.totalCount).toBe(own.length);
        for (const quantile of [0.5, 0.9, 0.99])
          expect(merged.getValueAtPercentile(quantile * 100)).toBe(truth.percentile(quantile));
      }
    }
  });

  it('has an interval of one second for each tag with its exact maximum in milliseconds', () => {
    const text = logOf(journalOf(startEntry(TIMELINE), callsOf(1000, ['search'])));
    expect(text).toMatch(/^#\[Histogram log format version 1\.3\]\n/);
    const lines = text.split('\n').filter((line) => line.startsWith('Tag='));
    expect(lines.map((line) => line.split(',').slice(0, 3).join(' ')).slice(0, 3)).toEqual([
      'Tag=search/warm-up 0.000 1.000',
      'Tag=search/warm-up 1.000 1.000',
      'Tag=search/steady_long 2.000 1.000',
    ]);
    const one: MadeCall = { tool: 'x', endpoint: 'a', segment: 1, dueS: 3, latenessUs: 0, serviceUs: 123_457, outcome: 'ok' };
    expect(logOf(journalOf(startEntry(TIMELINE), [one]))).toContain('3.000,1.000,123.457,');
  });

  it('keeps two tools apart whose names become the same', () => {
    const calls = ['a b', 'a_b', 'a,b', 'a b'].map(
      (tool, i): MadeCall => ({
        tool,
        endpoint: String(i),
        segment: 0,
        dueS: 0,
        latenessUs: 0,
        serviceUs: 1000 * (i + 1),
        outcome: 'ok',
      }),
    );
    const text = logOf(journalOf(startEntry(timelineOf([{ name: 's', kind: 'steady', forS: 5 }])), calls));
    expect([...listTags(text)].sort()).toEqual(['a_b/s', 'a_b/s~2', 'a_b/s~3']);
    expect(
      readBack(text)
        .intervals.map(({ tag, totalCount }) => [tag, totalCount])
        .sort(),
    ).toEqual([
      ['a_b/s', 2],
      ['a_b/s~2', 1],
      ['a_b/s~3', 1],
    ]);
  });

  it.each([
    ['a,b', 'c', 'a_b/c'],
    ['a b\nc', 'slow@db', 'a_b_c/slow@db'],
    ['<script>', 'x=y"#/', '<script>/x_y_'],
  ])('makes a tag of %j and %j that readers can take', (tool, segment, tag) => {
    expect(hdrTag(tool, segment)).toBe(tag);
    const call: MadeCall = { tool, endpoint: 'a', segment: 0, dueS: 0, latenessUs: 0, serviceUs: 42, outcome: 'ok' };
    const text = logOf(journalOf(startEntry(timelineOf([{ name: segment, kind: 'steady', forS: 5 }])), [call]));
    expect(listTags(text)).toEqual([tag]);
    expect(readBack(text).intervals).toHaveLength(1);
  });

  it('makes intervals wider for long runs, and keeps every call', () => {
    expect(intervalWidthS(60, 4)).toBe(1);
    expect(intervalWidthS(3600, 20) * MAX_LINES).toBeGreaterThanOrEqual(3600 * 20);
    const hour = timelineOf([{ name: 'steady', kind: 'steady', forS: 3600 }]);
    const calls = callsOf(
      7200,
      Array.from({ length: 20 }, (_, i) => `tool-${i}`),
      3600,
    ).map((call) => ({ ...call, segment: 0 }));
    const { intervals } = readBack(logOf(journalOf(startEntry(hour), calls, { workers: 2 })));
    // The first interval opens before all tools are known, so a few more may be written than planned.
    expect(intervals.length).toBeLessThanOrEqual(MAX_LINES * 1.2);
    expect(intervals.reduce((sum, { totalCount }) => sum + totalCount, 0)).toBe(
      calls.filter(({ outcome }) => outcome === 'ok').length,
    );
  });

  it('loses nothing when load threads report late', () => {
    const calls = callsOf(2000, ['search', 'place']);
    const [start, ...rest] = journalOf(startEntry(TIMELINE), calls, { workers: 2 });
    const seconds = rest.filter((entry) => entry.type === 'second');
    const oneAfterTheOther = [...seconds.filter(({ worker }) => worker === 0), ...seconds.filter(({ worker }) => worker === 1)];
    const late = [start as JournalEntry, ...rest.filter(({ type }) => type === 'cell'), ...oneAfterTheOther];
    const total = (text: string) => readBack(text).intervals.reduce((sum, { totalCount }) => sum + totalCount, 0);
    expect(total(logOf(late))).toBe(calls.filter(({ outcome }) => outcome === 'ok').length);
  });
});

describe('writeHdrLog', () => {
  let dir: string;
  beforeEach(() => {
    dir = scratchFolder('hlog');
  });

  it('writes the log in the reading that makes the figures', () => {
    const entries = journalOf(startEntry(TIMELINE), callsOf(500, ['search']));
    const journal = join(dir, 'journal.ndjson');
    writeFileSync(journal, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    const path = join(dir, 'latency.hlog');
    expect(analyseJournal(journal, { hdrLog: path })).toEqual(analyse(entries));
    expect(readFileSync(path, 'utf8')).toBe(logOf(entries));
    expect(readdirSync(dir).sort()).toEqual(['journal.ndjson', 'latency.hlog']);
  });

  it('leaves an older log alone when the journal turns out corrupt', () => {
    const path = join(dir, 'latency.hlog');
    writeFileSync(path, 'older');
    const broken = function* (): Generator<JournalEntry> {
      yield startEntry(TIMELINE);
      throw new Error('line 2');
    };
    expect(() => [...writeHdrLog(path, broken())]).toThrow('line 2');
    expect(readFileSync(path, 'utf8')).toBe('older');
    expect(readdirSync(dir)).toEqual(['latency.hlog']);
  });
});
