import { describe, expect, it } from 'vitest';
import { Readiness } from '../../src/sample/readiness.js';

/** A database that answers when it is told to. */
function slowDatabase() {
  const waiting: { resolve(rows: readonly []): void; reject(error: Error): void }[] = [];
  let asked = 0;
  return {
    query: <Row>() => {
      asked++;
      return new Promise<readonly Row[]>((resolve, reject) => waiting.push({ resolve: (rows) => resolve(rows), reject }));
    },
    answer: () => waiting.shift()?.resolve([]),
    fail: (code: string) => waiting.shift()?.reject(Object.assign(new Error('failed'), { code })),
    get asked() {
      return asked;
    },
  };
}

describe('readiness of the sample server', () => {
  it('is one question for all who ask at the same time, and all are told the same', async () => {
    const database = slowDatabase();
    const readiness = new Readiness(database, 5000);
    const answers = [readiness.check(), readiness.check(), readiness.check()];
    expect(database.asked).toBe(1);
    database.answer();
    expect((await Promise.all(answers)).map(({ ready }) => ready)).toEqual([true, true, true]);
    void readiness.check();
    expect(database.asked).toBe(2);
  });

  it('is no in time while the question hangs, at once after that, without asking again, and yes again once it is answered', async () => {
    const database = slowDatabase();
    const readiness = new Readiness(database, 30);
    expect(await readiness.check()).toMatchObject({ ready: false, checks: { postgres: { detail: 'no answer within 30 ms' } } });
    expect(await readiness.check()).toMatchObject({ ready: false });
    expect(database.asked).toBe(1);
    database.answer();
    await new Promise((resolve) => setImmediate(resolve));
    const again = readiness.check();
    expect(database.asked).toBe(2);
    database.answer();
    expect((await again).ready).toBe(true);
  });

  it('names the error of the database', async () => {
    const database = slowDatabase();
    const answer = new Readiness(database, 1000).check();
    database.fail('ECONNREFUSED');
    expect(await answer).toEqual({ ready: false, checks: { postgres: { ok: false, detail: 'ECONNREFUSED' } } });
  });
});
