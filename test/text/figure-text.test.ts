import { describe, expect, it } from 'vitest';
import {
  bytesText,
  clockText,
  coresText,
  countText,
  givenLatencyText,
  givenRatioText,
  latencyText,
  quantileText,
  rateText,
  ratioText,
  spanText,
  valueText,
} from '../../src/text/figure-text.js';

describe('figures in words', () => {
  it.each([
    [0, '0 µs'],
    [85, '85 µs'],
    [999, '999 µs'],
    [999.6, '1.00 ms'],
    [2_345, '2.35 ms'],
    [14_300, '14.3 ms'],
    [212_000, '212 ms'],
    [999_499, '999 ms'],
    [999_500, '1.00 s'],
    [1_020_000, '1.02 s'],
    [12_340_000, '12.3 s'],
    [3_600_000_000, '3,600 s'],
  ])('writes a latency of %d µs as %s', (us, text) => expect(latencyText(us)).toBe(text));

  it('writes a quantile among unanswered calls as beyond the timeout, and never as a number', () => {
    expect(quantileText(null, 5000)).toBe('> 5 s');
    expect(quantileText(null, undefined)).toBe('no answer');
    expect(quantileText(undefined, 5000)).toBe('–');
    expect(quantileText(212_000, 5000)).toBe('212 ms');
  });

  it.each([
    [undefined, '–'],
    [0, '0/s'],
    [0.05, '0.0500/s'],
    [4.256, '4.26/s'],
    [50.06, '50.1/s'],
    [99.96, '100/s'],
    [1234.4, '1,234/s'],
  ])('writes a rate of %s as %s', (rate, text) => expect(rateText(rate)).toBe(text));

  it.each([
    [undefined, '–'],
    [0, '0.00 %'],
    [0.00001, '< 0.01 %'],
    [0.992, '99.20 %'],
    [0.99996, '> 99.99 %'],
    [1, '100.00 %'],
  ])('writes a ratio of %s as %s', (ratio, text) => expect(ratioText(ratio)).toBe(text));

  it.each([
    [undefined, '–'],
    [512, '512 B'],
    [1536, '1.50 KiB'],
    [1023.7 * 1024, '1.00 MiB'],
    [222_298_112, '212 MiB'],
  ])('writes %s bytes as %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it.each([
    [0.5, '0.5 s'],
    [33, '33 s'],
    [59.97, '1 min'],
    [90, '1 min 30 s'],
    [3600, '1 h'],
    [3725, '1 h 2 min'],
  ])('writes a span of %d s as %s', (seconds, text) => expect(spanText(seconds)).toBe(text));

  it('writes what somebody set as it was written', () => {
    expect([500, 1500, 400_000, 1_000_000, 1_500_000, 750_000.0001].map(givenLatencyText)).toEqual([
      '500 µs',
      '1.5 ms',
      '400 ms',
      '1 s',
      '1.5 s',
      '750 ms',
    ]);
    expect([0.99, 0.99999, 0.0015, 1].map(givenRatioText)).toEqual(['99 %', '99.999 %', '0.15 %', '100 %']);
  });

  it('counts with their noun', () => {
    expect([3, 720, 4530].map(clockText)).toEqual(['0:03', '12:00', '75:30']);
    expect(countText(1, 'call')).toBe('1 call');
    expect(countText(12_345, 'call')).toBe('12,345 calls');
    expect(countText(2, 'retry', 'retries')).toBe('2 retries');
    expect(coresText(0.314)).toBe('0.31 cores');
    expect(valueText(-1234567)).toBe('-1,234,567');
    expect(valueText(0.0000123456)).toBe('1.235e-5');
    expect(valueText(1234.5678)).toBe('1,235');
  });
});
