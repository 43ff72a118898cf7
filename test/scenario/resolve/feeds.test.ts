import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadScenario, nodeFiles } from '../../../src/scenario/reading/load-scenario.js';
import { readFeed } from '../../../src/scenario/resolve/feeds.js';
import { decodeText } from '../../../src/text/decode-text.js';
import { minimal, problemsOf } from '../minimal.js';

const file = (content: string | Uint8Array, name = 'f.csv'): string => {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};
const feedOf = (content: string | Uint8Array) => {
  const { feed, found, accepted } = readFeed({ file: file(content), order: 'random' }, (path) => path, nodeFiles);
  return { rows: feed.rows, found: found?.replace(/^"[^"]*f\.csv"/, 'f.csv'), accepted };
};
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe('a CSV feed', () => {
  it.each([
    ['a comma', 'id,name\n1,Ann\n'],
    ['a semicolon', 'id;name\n1;Ann\n'],
    ['a tab', '\uFEFFid\tname\r\n1\tAnn\r\n'],
    ['a bar', '\n"id"|"name"\n1|Ann\n'],
  ])('may be separated by %s', (_, text) => {
    expect(feedOf(text).rows).toEqual([{ id: '1', name: 'Ann' }]);
  });

  it('keeps to the comma where its heading has one, and looks at no quoted name', () => {
    expect(feedOf('id,a;b\n1,x;y\n').rows).toEqual([{ id: '1', 'a;b': 'x;y' }]);
    expect(feedOf('"a;b"\n1\n').rows).toEqual([{ 'a;b': '1' }]);
    expect(feedOf('"a,b";c\n1;2\n').rows).toEqual([{ 'a,b': '1', c: '2' }]);
  });

  it('names each column once', () => {
    expect(feedOf('id,name,id\n1,Ann,2\n')).toEqual({
      rows: [],
      found: 'f.csv, whose heading has the column "id" twice',
      accepted: 'a heading that names each column once',
    });
    expect(feedOf('id,name,,\n1,Ann,,\n').found).toBeUndefined();
  });

  it('is not guessed at where it is not UTF-8', () => {
    expect(feedOf(latin1('id,name\n1,Ann\n2,Zoë\n'))).toEqual({
      rows: [],
      found: 'f.csv, which is not UTF-8 in line 3 (byte 0xEB)',
      accepted: 'CSV in UTF-8 (save it as UTF-8; of a file in Latin-1, iconv -f latin1 -t utf-8 makes one)',
    });
    expect(feedOf('name\nZoë \uFFFD\n').rows).toEqual([{ name: 'Zoë \uFFFD' }]);
    expect(feedOf(Buffer.from('\uFEFFname\nZoë\n', 'utf16le')).rows).toEqual([{ name: 'Zoë' }]);
  });
});

describe('a scenario file', () => {
  it('is not guessed at where it is not UTF-8', () => {
    const path = file(latin1(`${minimal()}\ndescription: Zoë\n`), 's.yaml');
    expect(() => loadScenario(path, { env: {} })).toThrow(
      /s\.yaml:6:1 .*a file that is not UTF-8 in line 6 \(byte 0xEB\).*iconv/,
    );
  });

  it('has no merge keys, and says what to write instead', () => {
    const said = problemsOf(minimal({ calls: '\n  - &a { tool: echo, arguments: {} }\n  - { <<: *a, weight: 2 }' }));
    expect(said).toContain('found the merge key <<, accepted: keys of their own (YAML 1.2 has no merge keys: write the keys');
    expect(problemsOf(minimal({ calls: '[{ tool: echo, arguments: { "<<": 1 } }]' }))).toBe('');
  });
});

it('decodeText tells the line and the byte', () => {
  const told = (bytes: readonly number[]) => {
    try {
      return decodeText(Uint8Array.from(bytes));
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(told([0x61, 0x0a, 0xc3])).toBe('not UTF-8 in line 2 (byte 0xC3)');
  expect(told([0xc3, 0x28])).toBe('not UTF-8 in line 1 (byte 0xC3)');
  expect(told([0xef, 0xbb, 0xbf, 0x61])).toBe('\uFEFFa');
  expect(told([0xef, 0xbf, 0xbd, 0xff])).toBe('not UTF-8 in line 1 (byte 0xFF)');
  expect(told([0xfe, 0xff, 0x00, 0x61])).toBe('a');
});
