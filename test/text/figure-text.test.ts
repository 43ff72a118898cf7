import { describe, expect, it } from 'vitest';
import {
  amountText,
  bytesText,
  clockText,
  coresText,
  factorText,
  givenLatencyText,
  givenRateText,
  givenRatioText,
  latencyText,
  percentileText,
  percentText,
  quantileText,
  rateText,
  ratioText,
  shareText,
  signedPercent,
  spanText,
  valueText,
} from '../../src/text/figure-text.js';

/** Each writer of a figure with what it makes of values, at the edges of its rules too. */
const WRITERS: readonly (readonly [
  name: string,
  write: (value: number) => string,
  rows: readonly (readonly [number, string])[],
])[] = [
  [
    'a latency of %d µs',
    latencyText,
    [
      [0, '0 µs'],
      [0.2, '< 1 µs'],
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
      [-2_345, '-2.35 ms'],
    ],
  ],
  [
    'a time of %d µs that was set',
    givenLatencyText,
    [
      [0, '0 s'],
      [500, '500 µs'],
      [1500, '1.5 ms'],
      [400_000, '400 ms'],
      [750_000.0001, '750 ms'],
      [1_000_000, '1 s'],
      [1_500_000, '1.5 s'],
      [3_600_000_000, '3,600 s'],
    ],
  ],
  [
    'a rate of %d',
    rateText,
    [
      [0, '0/s'],
      [0.00001, '< 0.0001/s'],
      [0.05, '0.0500/s'],
      [4.256, '4.26/s'],
      [50, '50.0/s'],
      [50.06, '50.1/s'],
      [99.96, '100/s'],
      [1234.4, '1,234/s'],
      [12_345_678, '12,345,678/s'],
    ],
  ],
  [
    'a rate of %d that was set',
    givenRateText,
    [
      [0, '0/s'],
      [0.05, '0.05/s'],
      [4.25, '4.25/s'],
      [50, '50/s'],
      [166.666, '166.7/s'],
      [1234.4, '1,234/s'],
      [12_345.6, '12,346/s'],
    ],
  ],
  [
    'a ratio of %d in a table',
    ratioText,
    [
      [0, '0.00 %'],
      [1e-16, '0.00 %'],
      [0.00001, '< 0.01 %'],
      [0.0001, '0.01 %'],
      [0.992, '99.20 %'],
      [0.9999, '99.99 %'],
      [0.99996, '> 99.99 %'],
      [0.99999, '> 99.99 %'],
      [1, '100.00 %'],
      [1 - 1e-16, '100.00 %'],
      [1.00001, '> 100 %'],
      [1.5, '150.00 %'],
      [123.4, '12,340.00 %'],
      [-0.00001, '> -0.01 %'],
      [-0.05, '-5.00 %'],
    ],
  ],
  [
    'a ratio of %d in a sentence',
    percentText,
    [
      [0, '0 %'],
      [0.00001, '< 0.01 %'],
      [0.0001, '0.01 %'],
      [1 / 3, '33.33 %'],
      [0.7, '70 %'],
      [0.9999, '99.99 %'],
      [0.99999, '> 99.99 %'],
      [1, '100 %'],
      [1.00001, '> 100 %'],
      [1.5, '150 %'],
      [-0.00001, '> -0.01 %'],
      [-0.05, '-5 %'],
    ],
  ],
  [
    'a round share of %d',
    shareText,
    [
      [0, '0 %'],
      [0.001, '< 1 %'],
      [0.5, '50 %'],
      [0.9999, '> 99 %'],
      [1, '100 %'],
      [1.004, '> 100 %'],
      [-0.001, '> -1 %'],
    ],
  ],
  [
    'a change of %d',
    signedPercent,
    [
      [0, '0 %'],
      [0.0004, '< 0.1 %'],
      [-0.0004, '> -0.1 %'],
      [0.004, '+0.4 %'],
      [0.0496, '+5 %'],
      [-0.03, '-3 %'],
      [12.5, '+1,250 %'],
    ],
  ],
  [
    'a ratio of %d that was set',
    givenRatioText,
    [
      [0, '0 %'],
      [0.0015, '0.15 %'],
      [0.00001, '0.001 %'],
      [0.57, '57 %'],
      [0.99, '99 %'],
      [0.9999, '99.99 %'],
      [0.99999, '99.999 %'],
      [0.99999999999, '> 99.99999999 %'],
      [1, '100 %'],
    ],
  ],
  [
    'the quantile above which one in %d lies',
    percentileText,
    [
      [1, '0 %'],
      [2, '50 %'],
      [10, '90 %'],
      [100_000, '99.999 %'],
      [1e9, '> 99.99999999 %'],
    ],
  ],
  [
    '%d bytes',
    bytesText,
    [
      [0, '0 B'],
      [512, '512 B'],
      [1536, '1.50 KiB'],
      [1023.7 * 1024, '1.00 MiB'],
      [222_298_112, '212 MiB'],
      [5 * 1024 ** 5, '5,120 TiB'],
      [-1536, '-1.50 KiB'],
    ],
  ],
  [
    'a span of %d s',
    spanText,
    [
      [0, '0 s'],
      [0.0004, '400 µs'],
      [0.04, '40 ms'],
      [0.5, '0.5 s'],
      [1.96, '2 s'],
      [33, '33 s'],
      [59.97, '1 min'],
      [90, '1 min 30 s'],
      [3599.7, '1 h'],
      [3725, '1 h 2 min'],
      [3_600_000, '1,000 h'],
      [-90, '-1 min 30 s'],
    ],
  ],
  [
    '%d s on a clock',
    clockText,
    [
      [-1, '0:00'],
      [0, '0:00'],
      [3, '0:03'],
      [59.99, '0:59'],
      [720, '12:00'],
      [4530, '75:30'],
    ],
  ],
  [
    '%d cores',
    coresText,
    [
      [0, '0.00 cores'],
      [0.001, '< 0.01 cores'],
      [0.314, '0.31 cores'],
      [12, '12.00 cores'],
    ],
  ],
  [
    'a factor of %d',
    factorText,
    [
      [0, '0.0 x'],
      [0.01, '< 0.1 x'],
      [1, '1.0 x'],
      [3.64, '3.6 x'],
      [12.4, '12 x'],
      [1234, '1,234 x'],
    ],
  ],
  [
    'an amount of %d',
    amountText,
    [
      [0, '0'],
      [0.0000123456, '0.0000123'],
      [1.2e-9, '1.2e-9'],
      [2.5, '2.5'],
      [99.96, '100'],
      [999.4, '999'],
      [1234.5, '1,235'],
      [1_234_567.8, '1,234,568'],
      [1e20, '1.00e+20'],
      [-1234.5, '-1,234'],
      [Number.POSITIVE_INFINITY, 'Infinity'],
    ],
  ],
  [
    'a value of %d',
    valueText,
    [
      [0, '0'],
      [0.0000123456, '0.00001235'],
      [12.3456, '12.35'],
      [1234.5678, '1,235'],
      [98_765.4, '98,765'],
      [-1_234_567, '-1,234,567'],
    ],
  ],
];

describe('figures in words', () => {
  describe.each(WRITERS)('%s', (name, write, rows) => {
    it.each(rows)(name, (value, text) => expect(write(value)).toBe(text));
  });

  it('writes a quantile among unanswered calls as beyond the timeout, and never as a number', () => {
    expect(quantileText(null, 5000)).toBe('> 5 s');
    expect(quantileText(null, undefined)).toBe('no answer');
    expect(quantileText(undefined, 5000)).toBe('–');
    expect(quantileText(212_000, 5000)).toBe('212 ms');
  });

  it('writes what is not known as a dash', () => {
    expect([rateText, ratioText, bytesText, coresText].map((write) => write(undefined))).toEqual(['–', '–', '–', '–']);
  });

  it.each([
    ['in a table', ratioText],
    ['in a sentence', percentText],
    ['as a round share', shareText],
    ['as it was set', givenRatioText],
  ])('never writes a part %s as all or as nothing', (_, write) => {
    for (let power = 1; power <= 11; power++)
      for (const share of [10 ** -power, 4 * 10 ** -power]) {
        expect(write(share), String(share)).not.toMatch(/^-?0(\.0+)? %$/);
        expect(write(-share), String(-share)).not.toMatch(/^-?0(\.0+)? %$/);
        expect(write(1 - share), String(1 - share)).not.toMatch(/^100(\.0+)? %$/);
        expect(write(1 + share), String(1 + share)).not.toMatch(/^100(\.0+)? %$/);
      }
  });
});
