import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatDuration,
  formatRate,
  formatRatio,
  parseDuration,
  parseRate,
  parseRateSpan,
  parseRatio,
  parseSize,
} from '../../../src/scenario/file/units.js';

describe('units', () => {
  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['0.5ms', 0.5],
    ['1.5s', 1500],
    ['0s', 0],
  ])('duration %s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '10', 's', '10 s', '10S', '1d', '-1s', '1e3s', '.5s', '01s', '1s2', '1s\n', ' 1s', '1.s', 'Infinitys', '1m30s'])(
    'no duration: %j',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );

  it.each([
    ['100/s', 100],
    ['600/m', 10],
    ['3600/h', 1],
    ['0.5/s', 0.5],
  ])('rate %s', (text, perS) => expect(parseRate(text)).toBe(perS));

  it.each(['100', '100/ms', '100 /s', '/s', '100/s/s', '-1/s', '1/s..2/s'])('no rate: %j', (text) =>
    expect(parseRate(text)).toBeUndefined(),
  );

  it('ramp', () => {
    expect(parseRateSpan('100/s..300/s')).toEqual({ fromPerS: 100, toPerS: 300 });
    expect(parseRateSpan('60/m..2/s')).toEqual({ fromPerS: 1, toPerS: 2 });
    expect(parseRateSpan('5/s')).toEqual({ fromPerS: 5, toPerS: 5 });
    for (const bad of ['1/s..', '..1/s', '1/s..2/s..3/s', '1/s...2/s', '1..2/s', '']) expect(parseRateSpan(bad)).toBeUndefined();
  });

  it('ratio', () => {
    expect(parseRatio('99%')).toBe(0.99);
    expect(parseRatio('99.9%')).toBe(0.999);
    expect(parseRatio('0.1%')).toBe(0.001);
    expect(parseRatio(0.99)).toBe(0.99);
    expect(parseRatio('0.99')).toBe(0.99);
    for (const bad of ['', '%', '-1%', '99 %', '1e2%', -0.1, Number.NaN]) expect(parseRatio(bad)).toBeUndefined();
  });

  it('size', () => {
    expect(parseSize('16MiB')).toBe(16 * 1024 * 1024);
    expect(parseSize('16MB')).toBe(16_000_000);
    for (const bad of ['16', '16Mi', '16mb', 'MiB', '-1B']) expect(parseSize(bad)).toBeUndefined();
  });

  it('every format is read back as the value it was made from', () => {
    const near = (value: number | undefined, truth: number): void =>
      expect(value).toBeCloseTo(truth, 9 - Math.ceil(Math.log10(truth + 1)));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000_000 }), (n) => {
        expect(parseDuration(formatDuration(n))).toBe(n);
        expect(parseRate(formatRate(n))).toBe(n);
        near(parseRate(formatRate(n / 3600)), n / 3600);
        near(parseRatio(formatRatio(n / 1e8)), n / 1e8);
      }),
    );
  });

  it('writes the largest unit that needs no fraction', () => {
    expect([formatDuration(90_000), formatDuration(120_000), formatDuration(250), formatDuration(0.5)]).toEqual([
      '90s',
      '2m',
      '250ms',
      '0.5ms',
    ]);
    expect([formatRate(100), formatRate(0.5), formatRate(1 / 3600)]).toEqual(['100/s', '30/m', '1/h']);
    expect([formatRatio(0.99), formatRatio(0.999), formatRatio(1.5)]).toEqual(['99%', '99.9%', '150%']);
  });
});
