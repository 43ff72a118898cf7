import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDriver } from '../../src/mcp/create-driver.js';
import type { DriverOptions } from '../../src/mcp/driver-options.js';
import type { Target } from '../../src/scenario/target.js';
import { drive, targetOf } from '../fixtures/drive-call.js';
import { scratchFolder } from '../fixtures/scratch-folder.js';

const SERVER = join(import.meta.dirname, '../fixtures/late-stdio-server.js');

/** A driver of a server that reads late, and what its processes were asked. */
function late(args: readonly string[], target: Partial<Target> = {}, more: Partial<DriverOptions> = {}) {
  const log = join(scratchFolder('stdio-era'), 'asked');
  const command = [process.execPath, SERVER, `--log=${log}`, ...args];
  const driver = createDriver({
    target: targetOf([], { transport: 'stdio', command, ...target }),
    classify: [],
    maxInFlight: 100,
    ...more,
  });
  onTestFinished(() => driver.close());
  const asked = (what: string): number =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith(` ${what}`)).length;
  return { driver, asked };
}

it.each([0, 3200, 10_000])(
  'a stdio server whose first line comes after %i ms is known by what it answers',
  { timeout: 120_000 },
  async (afterMs) => {
    const found = ['modern', 'both', 'legacy'].map(async (speaks) => {
      const { driver, asked } = late([`--era=${speaks}`, `--after=${afterMs}`]);
      const [endpoint] = await driver.open(1);
      const era = speaks === 'legacy' ? 'legacy' : 'modern';
      expect(endpoint, speaks).toMatchObject({ era });
      expect((await drive(driver, { timeoutMs: 20_000 })).outcome, speaks).toBe('ok');
      expect(asked('server/discover'), speaks).toBe(1);
      // Asked as a question, and to a legacy server once more as its handshake, in a process that was asked nothing else.
      const anew = asked('started') - 1;
      expect(asked('initialize'), speaks).toBe(era === 'modern' ? anew : anew + 1);
      expect(anew, speaks).toBe(afterMs > 3000 ? 1 : anew);
    });
    await Promise.all(found);
  },
);

describe('a stdio server that starts in an odd way', () => {
  it('prints lines first that are no message, some of them JSON', { timeout: 60_000 }, async () => {
    const { driver } = late(['--era=modern', '--noise', '--after=3200']);
    expect((await driver.open(1))[0]).toMatchObject({ era: 'modern' });
    expect((await drive(driver)).outcome).toBe('ok');
  });

  it('leaves unanswered what it does not know', { timeout: 60_000 }, async () => {
    const { driver, asked } = late(['--era=legacy', '--silent']);
    expect((await driver.open(1))[0]).toMatchObject({ era: 'legacy' });
    expect([asked('started'), asked('server/discover'), asked('initialize')]).toEqual([2, 1, 2]);
  });

  it('dies of the discovery while both questions are open', { timeout: 60_000 }, async () => {
    const { driver, asked } = late(['--era=legacy', '--dies-of=server/discover', '--after=3200']);
    expect((await driver.open(1))[0]).toMatchObject({ era: 'legacy' });
    expect([asked('started'), asked('server/discover'), asked('initialize')]).toEqual([2, 1, 1]);
  });

  it('does not know the discovery and refuses initialize, for it is modern', { timeout: 60_000 }, async () => {
    const { driver, asked } = late(['--era=modern', '--no-discovery']);
    expect((await driver.open(2))[0]).toMatchObject({ era: 'modern', probe: expect.stringContaining('-32022') });
    expect(asked('initialize')).toBe(1);
    expect((await drive(driver)).outcome).toBe('ok');
  });

  it('takes longer than target.startTimeout: the sentence names the limit and the key', { timeout: 60_000 }, async () => {
    const { driver } = late(['--after=20000'], { startTimeoutMs: 1200 });
    await expect(driver.open(1)).rejects.toMatchObject({
      exitCode: 6,
      message: expect.stringMatching(
        /neither server\/discover nor initialize was answered within 1\.2 s \(target\.startTimeout\)/,
      ),
      details: { hint: expect.stringContaining('target.startTimeout') },
    });
  });
});

describe('an answer to initialize that breaks its form is told by what is wrong with it', () => {
  const failure = async (breaks: string, startTimeoutMs: number) => {
    const { driver } = late(['--era=legacy', `--breaks=${breaks}`], { startTimeoutMs });
    return driver.open(1).then(
      () => expect.unreachable('it opened'),
      (error: { exitCode: number; message: string }) => error,
    );
  };

  it.each([
    ['wrong-id', 30_000, 'answered initialize with an answer with the id 12345 to the request with the id 0: {'],
    ['error-null', 30_000, 'answered initialize with an answer with both "error": null and a result: {'],
    // A line of a log may be JSON too: it is told once nothing else has come.
    ['no-jsonrpc', 1500, 'no answer within 1.5 s; what came was an answer without "jsonrpc": "2.0": {'],
    ['batch', 1500, 'no answer within 1.5 s; what came was a batch of 1 message: ['],
  ])('%s', { timeout: 60_000 }, async (breaks, startTimeoutMs, words) => {
    const error = await failure(breaks, startTimeoutMs);
    expect(error.exitCode).toBe(6);
    expect(error.message).toContain(words);
  });

  it('but an id that came back as a text is taken, and counted', { timeout: 60_000 }, async () => {
    const { driver } = late(['--era=legacy', '--breaks=text-id']);
    expect((await driver.open(1))[0]).toMatchObject({ era: 'legacy' });
    expect(driver.counters().warnings['answer-id-as-text']).toBe(1);
  });
});

describe('the other processes of a run', () => {
  it('are waited for until they read, so that no call pays for the start of one', { timeout: 60_000 }, async () => {
    const { driver } = late(['--era=modern', '--after=1500']);
    await driver.open(3);
    const answers = await Promise.all(Array.from({ length: 6 }, () => drive(driver, { timeoutMs: 1000 })));
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array(6).fill('ok'));
  });

  it('are not asked again what is known', { timeout: 60_000 }, async () => {
    const { driver, asked } = late(
      ['--era=legacy', '--after=3200'],
      {},
      { eras: [{ era: 'legacy', probe: 'found out before' }] },
    );
    expect((await driver.open(2))[0]).toMatchObject({ era: 'legacy', probe: 'found out before' });
    expect([asked('started'), asked('server/discover'), asked('initialize')]).toEqual([2, 0, 2]);
  });
});
