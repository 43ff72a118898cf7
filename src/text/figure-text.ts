/**
 * How figures are written in everything that a person reads. One place, so that the same figure reads the same everywhere; none is written
 * without its unit. What is measured is rounded once, here; what somebody set is written as it was set (`given`).
 */

/** Stands where there is no figure. Never 0: absent is not nothing. */
export const ABSENT = '–';

/** Three significant digits, without an exponent: 0.234, 2.34, 23.4, 234, 2,340. */
const three = (value: number): string => {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(3));
  const magnitude = Math.floor(Math.log10(Math.abs(rounded)));
  return grouped(rounded.toFixed(Math.min(6, Math.max(0, 2 - magnitude))));
};

/** At most so many significant digits, whole above that, no zeros at the end: `0.234`, `2.3`, `12`, `1,234`. */
function plain(value: number, digits: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e15) return value.toExponential(digits - 1);
  return grouped(String(size >= 10 ** digits ? Math.round(value) : Number(value.toPrecision(digits))));
}

/** A measured or computed number whose unit stands after it: at most three significant digits, whole from 1,000 on. */
export const amountText = (value: number): string => plain(value, 3);

/** A bare value of unknown unit, for instance of a Prometheus series, or an input as it was taken: at most four significant digits, whole from 10,000 on. */
export const valueText = (value: number): string => plain(value, 4);

/** Microseconds -> `850 µs`, `2.35 ms`, `212 ms`, `1.02 s`, `125 s`. */
export function latencyText(us: number): string {
  if (us < 0) return `-${latencyText(-us)}`;
  const rounded = Number(us.toPrecision(3));
  if (rounded < 1000) return `${numberText(rounded)} µs`;
  return rounded < 1_000_000 ? `${three(rounded / 1000)} ms` : `${three(rounded / 1_000_000)} s`;
}

/** A time that somebody set (a limit, a timeout, a phase), in microseconds, as it was written: `400 ms`, `1 s`, `1.5 s`. */
export function givenLatencyText(us: number): string {
  if (us === 0) return '0 s';
  const [value, unit] = us < 1000 ? [us, 'µs'] : us < 1_000_000 ? [us / 1000, 'ms'] : [us / 1e6, 's'];
  return `${grouped(String(Number(value.toPrecision(6))))} ${unit}`;
}

/**
 * A quantile in microseconds. `null` is a quantile among calls that were never answered: all that is known is that it lies beyond the timeout
 * (milliseconds) after which such calls are given up.
 */
export function quantileText(us: number | null | undefined, timeoutMs: number | undefined): string {
  if (us === undefined) return ABSENT;
  if (us !== null) return latencyText(us);
  return timeoutMs === undefined ? 'no answer' : `> ${givenLatencyText(timeoutMs * 1000)}`;
}

/** Per second -> `50.1/s`, `4.25/s`, `1,234/s`. */
export function rateText(perS: number | undefined): string {
  if (perS === undefined) return ABSENT;
  if (perS === 0) return '0/s';
  if (perS > 0 && perS < 0.0001) return '< 0.0001/s';
  if (perS >= 99.95) return `${grouped(perS.toFixed(0))}/s`;
  return perS >= 9.995 ? `${perS.toFixed(1)}/s` : `${three(perS)}/s`;
}

/** A rate that somebody set, or that a search asked for: `50/s`, `4.25/s`, `1,234/s`. */
export const givenRateText = (perS: number): string => `${valueText(perS)}/s`;

/** Shares that differ by less are the same: a sum of shares in binary is seldom 1 to the last digit. */
const SAME = 1e-12;

/** Percent with so many decimals. What is not quite all never reads as all, and what is not quite nothing never as nothing. */
function percent(ratio: number, decimals: number, write: (percent: number) => string): string {
  const text = write(ratio * 100);
  const shown = Number(text);
  const step = 10 ** -decimals;
  if (shown === 0) return Math.abs(ratio) < SAME ? `${write(0)} %` : ratio > 0 ? `< ${step} %` : `> -${step} %`;
  if (shown === 100 && Math.abs(ratio - 1) > SAME) return ratio > 1 ? '> 100 %' : `> ${(100 - step).toFixed(decimals)} %`;
  return `${grouped(text)} %`;
}

/** Ratio in a table -> `99.20 %`; `> 99.99 %`, `< 0.01 %`. */
export const ratioText = (ratio: number | undefined): string =>
  ratio === undefined ? ABSENT : percent(ratio, 2, (value) => value.toFixed(2));

/** The same figure in a sentence -> `99.2 %`, `70 %`; `> 99.99 %`, `< 0.01 %`. */
export const percentText = (ratio: number): string => percent(ratio, 2, (value) => String(Number(value.toFixed(2))));

/** A share of a load, a round one: `50 %`; `> 99 %`, `< 1 %`. */
export const shareText = (share: number): string => percent(share, 0, (value) => value.toFixed(0));

/** A change as a signed percent, with one decimal below 1 %: `+5 %`, `-0.4 %`, `0 %`; `< 0.1 %` for one that is hardly any. */
export function signedPercent(change: number): string {
  const size = Math.abs(change) * 100;
  const text = size.toFixed(size < 0.95 ? 1 : 0);
  if (Number(text) === 0) return size < SAME ? '0 %' : change > 0 ? '< 0.1 %' : '> -0.1 %';
  return `${change > 0 ? '+' : '-'}${grouped(text)} %`;
}

/** A ratio that somebody set, as it was written: `99 %`, `99.999 %`. */
export const givenRatioText = (ratio: number): string => percent(ratio, 8, (value) => String(Number(value.toPrecision(10))));

/** The quantile above which one call in so many lies: `90 %`, `99.999 %`. */
export const percentileText = (oneIn: number): string =>
  percent(1 - 1 / oneIn, 8, (value) => String(Number(value.toPrecision(7))));

/** Bytes in binary units: `512 B`, `1.50 KiB`, `212 MiB`. */
export function bytesText(bytes: number | undefined): string {
  if (bytes === undefined) return ABSENT;
  if (bytes < 0) return `-${bytesText(-bytes)}`;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? numberText(value) : three(value)} ${units[unit]}`;
}

/** Seconds of a run -> `40 ms`, `0.5 s`, `33 s`, `1 min 30 s`, `1 h 2 min`. */
export function spanText(seconds: number): string {
  if (seconds < 0) return `-${spanText(-seconds)}`;
  if (seconds < 0.1) return givenLatencyText(Number((seconds * 1e6).toPrecision(2)));
  if (seconds < 59.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const parts: readonly (readonly [number, string])[] =
    whole >= 3600
      ? [
          [Math.floor(whole / 3600), 'h'],
          [Math.floor((whole % 3600) / 60), 'min'],
        ]
      : [
          [Math.floor(whole / 60), 'min'],
          [whole % 60, 's'],
        ];
  return parts
    .filter(([value], index) => index === 0 || value > 0)
    .map(([value, unit]) => `${numberText(value)} ${unit}`)
    .join(' ');
}

/** Seconds of a run as minutes and seconds: `0:03`, `12:00`, `75:30`. */
export const clockText = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
};

/** CPU use: `0.31 cores`. */
export const coresText = (cores: number | undefined): string =>
  cores === undefined ? ABSENT : `${cores > 0 && cores < 0.005 ? '< 0.01' : cores.toFixed(2)} cores`;

/** How many times something is: `1.0 x`, `3.6 x`, `1,234 x`. */
export const factorText = (factor: number): string =>
  factor > 0 && factor < 0.05 ? '< 0.1 x' : `${grouped(factor.toFixed(factor < 9.95 ? 1 : 0))} x`;

/** Commas between the thousands of a number that is written without an exponent: `1,234.5`. */
const grouped = (written: string): string => {
  const [whole = '', ...fraction] = written.split('.');
  return [whole.replace(/\B(?=(\d{3})+(?!\d))/g, ','), ...fraction].join('.');
};

/** `1,234`; `< 1` for less than a half that is not nothing. For columns whose head names what is counted; elsewhere use `countText`. */
export function numberText(count: number): string {
  const whole = Math.round(count);
  return whole === 0 && count > 0 ? '< 1' : grouped(String(whole === 0 ? 0 : whole));
}

/** The noun that goes with a number as it is written: `1 call`, `0 calls`, `1.5 calls`. The one place that knows. */
export const nounFor = (written: string | number, singular: string, plural = `${singular}s`): string =>
  /^(< )?1$/.test(String(written)) ? singular : plural;

/** `1 call`, `1,234 calls`. */
export function countText(count: number, singular: string, plural?: string): string {
  const written = numberText(count);
  return `${written} ${nounFor(written, singular, plural)}`;
}
