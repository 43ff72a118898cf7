import { countText, numberText } from './count-text.js';

export { countText, numberText };

/** How figures are written in every report. One place, so that the same figure reads the same everywhere; none is written without its unit. */

/** Stands where there is no figure. Never 0: absent is not nothing. */
export const ABSENT = '–';

const grouped = (text: string): string => {
  const [whole = '', fraction] = text.split('.');
  const withCommas = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? withCommas : `${withCommas}.${fraction}`;
};

/** Three significant digits, without an exponent: 0.234, 2.34, 23.4, 234, 2,340. */
const three = (value: number): string => {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(3));
  const magnitude = Math.floor(Math.log10(Math.abs(rounded)));
  return grouped(rounded.toFixed(Math.min(6, Math.max(0, 2 - magnitude))));
};

/** Microseconds -> `850 µs`, `2.35 ms`, `212 ms`, `1.02 s`, `125 s`. */
export function latencyText(us: number): string {
  const rounded = Number(us.toPrecision(3));
  if (rounded < 1000) return `${Math.round(rounded)} µs`;
  return rounded < 1_000_000 ? `${three(rounded / 1000)} ms` : `${three(rounded / 1_000_000)} s`;
}

/** A latency that somebody set (a limit, a timeout), in microseconds, as it was written: `400 ms`, `1 s`, `1.5 s`. */
export function givenLatencyText(us: number): string {
  if (us < 1000) return `${Number(us.toPrecision(6))} µs`;
  return us < 1_000_000
    ? `${grouped(String(Number((us / 1000).toPrecision(6))))} ms`
    : `${grouped(String(Number((us / 1e6).toPrecision(6))))} s`;
}

/** A ratio that somebody set, as it was written: `99 %`, `99.999 %`. */
export const givenRatioText = (ratio: number): string => `${Number((ratio * 100).toPrecision(10))} %`;

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
  if (perS >= 99.95) return `${grouped(perS.toFixed(0))}/s`;
  return perS >= 9.995 ? `${perS.toFixed(1)}/s` : `${three(perS)}/s`;
}

/** Ratio -> `99.20 %`. What is not quite all never reads as all, and what is not quite nothing never as nothing. */
export function ratioText(ratio: number | undefined): string {
  if (ratio === undefined) return ABSENT;
  if (ratio > 0 && ratio < 0.0001) return '< 0.01 %';
  if (ratio < 1 && ratio > 0.9999) return '> 99.99 %';
  return `${(ratio * 100).toFixed(2)} %`;
}

/** Bytes in binary units: `512 B`, `1.50 KiB`, `212 MiB`. */
export function bytesText(bytes: number | undefined): string {
  if (bytes === undefined) return ABSENT;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : three(value)} ${units[unit]}`;
}

/** Seconds of a run -> `0.5 s`, `33 s`, `1 min 30 s`, `1 h 2 min`. */
export function spanText(seconds: number): string {
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
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}

/** Seconds of a run as minutes and seconds: `0:03`, `12:00`, `75:30`. */
export const clockText = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** CPU use: `0.31 cores`. */
export const coresText = (cores: number | undefined): string => (cores === undefined ? ABSENT : `${cores.toFixed(2)} cores`);

/** A bare value of unknown unit, for instance of a Prometheus series: at most four significant digits. */
export function valueText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return `${value < 0 ? '-' : ''}${numberText(Math.abs(value))}`;
  return Math.abs(value) >= 1e-4 && Math.abs(value) < 1e15
    ? grouped(String(Number(value.toPrecision(4))))
    : value.toExponential(3);
}

/** A share of a load, a round one: `50 %`. */
export const shareText = (share: number): string => `${Math.round(share * 100)} %`;

/** How many times something is: `1.0 x`, `3.6 x`. */
export const factorText = (factor: number): string => `${factor.toFixed(factor < 9.95 ? 1 : 0)} x`;
