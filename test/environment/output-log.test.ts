import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OutputLog } from '../../src/environment/output-log.js';

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
    expect(readFileSync(path, 'utf8')).toBe('first\nsecond €\nlast\n');
  });

  it('has its secrets taken out of a line that came in pieces', async () => {
    const path = logFile();
    const log = new OutputLog(path, (text) => text.replaceAll('s3cret', '[redacted]'));
    await print(log, 'token s3', 'cret\n');
    expect(readFileSync(path, 'utf8')).toBe('token [redacted]\n');
    expect(log.lastLines()).toEqual(['token [redacted]']);
  });

  it('fills its file to a limit, says so, and keeps the last lines all the same', async () => {
    const path = logFile();
    const log = new OutputLog(path, same, 1000);
    await print(log, ...Array.from({ length: 200 }, (_, i) => `line ${i}\n`));
    const text = readFileSync(path, 'utf8');
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
