import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Result, readResult, type SizingPlan, size, writeReports } from '../../src/index.js';
import { madeCapacity } from '../report/made-capacity.js';

const saved = (content: unknown): string => {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-api-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'result.json'), typeof content === 'string' ? content : JSON.stringify(content));
  return dir;
};
const searched = { schema: 'plimsoll.result/1', run: { scenario: 'orders', target: {} }, capacity: madeCapacity() };
const refusal = (code: string, message: string) => expect.objectContaining({ code, message: expect.stringContaining(message) });

describe('size', () => {
  it('sizes a folder, a file and a result alike, with the keys of `capacity`', () => {
    const folder = saved(searched);
    const plan: SizingPlan = { peak: '2000/s', zones: 4, survive: { zones: 1 } };
    const sizing = size(folder, plan);
    expect(sizing.question).toMatchObject({ peakPerS: 2000, zones: 4, surviveZones: 1 });
    expect(size(join(folder, 'result.json'), plan)).toEqual(sizing);
    expect(size(searched as unknown as Result, plan)).toEqual(sizing);
    expect(size(folder, { ...plan, peak: '1000/s' }).instances).toBeLessThan(sizing.instances as number);
  });

  it('refuses what the grammar does not know, by path, and what holds no search', () => {
    const wrong = { peak: 2000, peek: '1/s' } as unknown as SizingPlan;
    expect(() => size(saved(searched), wrong)).toThrow(
      expect.objectContaining({
        code: 'SCENARIO',
        problems: expect.arrayContaining([
          expect.objectContaining({ path: 'capacity.peak' }),
          expect.objectContaining({ path: 'capacity.peek' }),
        ]),
      }),
    );
    expect(() => size(saved({ run: {} }))).toThrow(refusal('USAGE', 'holds no capacity search'));
  });
});

describe('readResult and writeReports', () => {
  it('say what a path is that holds no result', async () => {
    expect(() => readResult('/nowhere')).toThrow(refusal('USAGE', 'no such run folder or result.json'));
    expect(() => readResult(saved('{'))).toThrow(refusal('USAGE', 'is not JSON'));
    expect(() => readResult(saved(searched))).toThrow(refusal('USAGE', 'is no result of this version'));
    await expect(writeReports(saved(searched))).rejects.toEqual(refusal('USAGE', 'a folder without a journal.ndjson'));
  });
});
