import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countText, nounFor, numberText } from '../../src/text/figure-text.js';

describe('a count with its noun', () => {
  it('agrees with it', () => {
    expect(countText(1, 'call')).toBe('1 call');
    expect(countText(0, 'call')).toBe('0 calls');
    expect(countText(2, 'class', 'classes')).toBe('2 classes');
    expect(countText(1234, 'call')).toBe('1,234 calls');
    // As it is written, and not as it was measured.
    expect(countText(1.2, 'call')).toBe('1 call');
    expect(nounFor('1.5', 'call')).toBe('calls');
    expect(countText(0.3, 'call')).toBe('< 1 call');
  });

  it.each([
    [0, '0'],
    [0.3, '< 1'],
    [0.6, '1'],
    [999.6, '1,000'],
    [1_234_567, '1,234,567'],
    [-0.3, '0'],
    [-1234, '-1,234'],
  ])('writes a count of %d as %s', (count, text) => expect(numberText(count)).toBe(text));

  it('is written in one way: no sentence joins a number with a plural by itself', () => {
    const source = join(import.meta.dirname, '..', '..', 'src');
    const found = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => {
        const text = readFileSync(join(source, name), 'utf8');
        return (
          [...text.matchAll(JOINED)]
            // A constant is what it is; what has a name of its own for one, or is written by a function of figures, has been thought of.
            .filter(
              ([, before = '', number = '']) =>
                !/=== 1\s*\?.*$/.test(before) && !/\? 'with' : /.test(number) && !/[A-Z]{2}|Text\(|\(/.test(number),
            )
            .map(([, , number, words]) => `${name}: \${${number}} ${words}`)
        );
      });
    expect(found).toEqual([]);
  });
});

const JOINED =
  /(.{0,160})\$\{([^{}]+)\} ((?:idle |failed |server |open |more |load )?(?:calls|sessions|limits|tools|problems|probes|users|callers|records|processes|threads|connections|attempts|warnings))\b(?!\/s)/g;
