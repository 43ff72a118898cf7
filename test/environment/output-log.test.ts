import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OutputLog } from '../../src/environment/output-log.js';
import { Redactor } from '../../src/scenario/file/redactor.js';

/** First line of a log. */
const HEAD = /^\[plimsoll: what the server under test printed, [^\n]*control characters[^\n]*\]\n/;
/** What comes after it. */
function logged(path: string): string {
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(HEAD);
  return text.replace(HEAD, '');
}

const same = (text: string): string => text;

function logFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-output-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'server.log');
}

async function print(log: OutputLog, ...chunks: readonly (string | Buffer)[]): Promise<void> {
  const stream = new PassThrough();
  log.follow(stream);
  for (const chunk of chunks) stream.write(chunk);
  const ended = new Promise((resolve) => stream.once('end', resolve));
  stream.end();
  await ended;
  log.close();
}

describe('what a server prints', () => {
  it('keeps the words that say why it ended, not what a runtime prints around them', async () => {
    const node = new OutputLog(undefined, same);
    await print(
      node,
      "listening\nnode:events:497\n      throw er; // Unhandled 'error' event\n      ^\n\nError: Connection terminated unexpectedly\n    at Socket.end (pg.js:1)\n    at more\n{\n  code: 57\n}\n\nNode.js v20.20.2\n",
    );
    expect(node.lastWords()).toEqual(['Error: Connection terminated unexpectedly', '  code: 57']);
    const quiet = new OutputLog(undefined, same);
    await print(quiet, 'one\ntwo\nthree\nbye\n');
    expect(quiet.lastWords()).toEqual(['two', 'three', 'bye']);
    const go = new OutputLog(undefined, same);
    await print(go, 'panic: no database\n\ngoroutine 1 [running]:\nmain.main()\n');
    expect(go.lastWords()[0]).toBe('panic: no database');
  });

  it('is joined to lines across chunks, characters of many bytes included, and the last line needs no end', async () => {
    const path = logFile();
    const log = new OutputLog(path, same);
    const euro = Buffer.from('€');
    await print(log, 'first\nsec', 'ond ', euro.subarray(0, 1), euro.subarray(1), '\nlast');
    expect(log.lastLines()).toEqual(['first', 'second €', 'last']);
    expect(logged(path)).toBe('first\nsecond €\nlast\n');
  });

  it('has its secrets taken out of a line that came in pieces', async () => {
    const path = logFile();
    const log = new OutputLog(path, (text) => text.replaceAll('s3cret', '[redacted]'));
    await print(log, 'token s3', 'cret\n');
    expect(logged(path)).toBe('token [redacted]\n');
    expect(log.lastLines()).toEqual(['token [redacted]']);
  });

  it('keeps control characters, and has secrets taken out of long lines before they are cut', async () => {
    const path = logFile();
    const secret = 'a-secret-that-lies-across-the-end-of-a-line';
    const { redact } = new Redactor([secret]);
    const log = new OutputLog(path, redact);
    await print(log, '\u001b[2Jcleared\u0007\n', 'x'.repeat(3980), secret, 'y'.repeat(9000), '\n', 'z'.repeat(3000), secret);
    const lines = logged(path).split('\n');
    expect(lines[0]).toBe('\u001b[2Jcleared\u0007');
    expect(lines[1]).toMatch(/^x{3980}\*\*\*y+$/);
    expect(lines[1]).toHaveLength(4000);
    expect(lines[2]).toMatch(/^z{3000}\*\*\*$/);
  });

  it('has a secret taken out that was known only after it was printed', async () => {
    const path = logFile();
    const redactor = new Redactor();
    const log = new OutputLog(path, redactor.redact);
    const stream = new PassThrough();
    log.follow(stream);
    stream.write('issued token-that-is-new-1234\n');
    await expect.poll(() => readFileSync(path, 'utf8')).toContain('issued token');
    redactor.add('token-that-is-new-1234');
    log.close();
    expect(logged(path)).toBe('issued ***\n');
  });

  it('makes no file of its first line alone', () => {
    const path = logFile();
    new OutputLog(path, same).close();
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('fills its file to a limit, says so, and keeps the last lines all the same', async () => {
    const path = logFile();
    const log = new OutputLog(path, same, 1000);
    await print(log, ...Array.from({ length: 200 }, (_, i) => `line ${i}\n`));
    const text = logged(path);
    expect(text.length).toBeLessThan(1100);
    expect(text).toMatch(/the log is full, the rest is left out\]\n$/);
    expect(log.lastLines(2)).toEqual(['line 198', 'line 199']);
  });

  it('may be one line without end', async () => {
    const log = new OutputLog(undefined, same);
    await print(log, ...Array.from({ length: 100 }, () => 'x'.repeat(10_000)));
    expect(log.lastLines()[0]?.length).toBeLessThanOrEqual(4000);
  });
});
