/** Readings of the units in scenario files. Each returns undefined for what it cannot read, and never guesses a unit. */

const NUMBER = '(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?';

/** Milliseconds in each duration unit. */
const DURATION_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
/** Seconds in each unit that may stand below a rate. */
const RATE_S = { s: 1, m: 60, h: 3600 } as const;
/** Bytes in each size unit: binary (KiB) and decimal (kB) are kept apart. */
const SIZE_BYTES = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
} as const;

/** Regular expressions of the written forms, for the parsers here and for the JSON Schema that editors use. */
export const UNIT_PATTERNS = {
  duration: `^${NUMBER}(ms|s|m|h)$`,
  rate: `^${NUMBER}/(s|m|h)$`,
  rateOrRamp: `^${NUMBER}/(s|m|h)(\\.\\.${NUMBER}/(s|m|h))?$`,
  ratio: `^${NUMBER}%?$`,
  size: `^${NUMBER}(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)$`,
} as const;

const read = (text: string, pattern: string, suffix: string, factors: Readonly<Record<string, number>>): number | undefined => {
  if (!new RegExp(pattern).test(text)) return undefined;
  const factor = factors[suffix];
  const value = Number.parseFloat(text);
  return factor === undefined || !Number.isFinite(value) ? undefined : value * factor;
};

/** `250ms 10s 5m 1h` -> milliseconds. */
export const parseDuration = (text: string): number | undefined =>
  read(text, UNIT_PATTERNS.duration, text.replace(/^[0-9.]+/, ''), DURATION_MS);

/** `100/s 600/m 36000/h` -> per second. */
export const parseRate = (text: string): number | undefined => {
  if (!new RegExp(UNIT_PATTERNS.rate).test(text)) return undefined;
  const seconds = RATE_S[text.slice(text.indexOf('/') + 1) as keyof typeof RATE_S];
  return Number.parseFloat(text) / seconds;
};

/** A rate (`100/s`) or a linear ramp (`100/s..300/s`), per second at its start and end. */
export interface RateSpan {
  readonly fromPerS: number;
  readonly toPerS: number;
}

/** `100/s` or `100/s..300/s`. */
export const parseRateSpan = (text: string): RateSpan | undefined => {
  const [first = '', second, ...more] = text.split('..').map((part) => parseRate(part));
  if (typeof first !== 'number' || more.length > 0) return undefined;
  if (!text.includes('..')) return { fromPerS: first, toPerS: first };
  return second === undefined ? undefined : { fromPerS: first, toPerS: second };
};

/** `99%` or `0.99` -> 0.99. Not bounded here: growth may be above 100 %. */
export const parseRatio = (value: string | number): number | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  if (!new RegExp(UNIT_PATTERNS.ratio).test(value)) return undefined;
  // 99.9 / 100 is 0.9990000000000001 in binary; rounding keeps the limit that was written.
  return value.endsWith('%') ? Number((Number.parseFloat(value) / 100).toPrecision(12)) : Number.parseFloat(value);
};

/** `16MiB 500kB` -> bytes. */
export const parseSize = (text: string): number | undefined =>
  read(text, UNIT_PATTERNS.size, text.replace(/^[0-9.]+/, ''), SIZE_BYTES);

const plain = (value: number): string => {
  const text = String(Number(value.toPrecision(12)));
  return text.includes('e') ? value.toFixed(6) : text;
};

/** Milliseconds in the largest unit that writes them without a fraction; below that in ms. `parseDuration` reads it back. */
export const formatDuration = (ms: number): string => {
  for (const unit of ['h', 'm', 's'] as const) {
    if (ms > 0 && Number.isInteger(ms / DURATION_MS[unit])) return `${ms / DURATION_MS[unit]}${unit}`;
  }
  return `${plain(ms)}ms`;
};

/** Per second, as `100/s`; slow rates in the unit that writes them whole (`1/m`). `parseRate` reads it back. */
export const formatRate = (perS: number): string => {
  for (const unit of ['s', 'm', 'h'] as const) {
    const value = Number((perS * RATE_S[unit]).toPrecision(12));
    if (Number.isInteger(value)) return `${value}/${unit}`;
  }
  return `${plain(perS)}/s`;
};

/** 0.99 -> `99%`. `parseRatio` reads it back. */
export const formatRatio = (ratio: number): string => `${plain(ratio * 100)}%`;
