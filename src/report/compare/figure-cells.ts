import type { ComparedFigure, ComparedUnit, ComparedValue } from '../../compare/comparison.js';
import {
  ABSENT,
  amountText,
  bytesText,
  coresText,
  latencyText,
  percentText,
  rateText,
  signedPercent,
} from '../../text/figure-text.js';

const VALUES: Readonly<Record<Exclude<ComparedUnit, 'text'>, (value: number) => string>> = {
  change: signedPercent,
  points: (value) => (value === 0 ? '0' : `${percentText(Math.abs(value))} ${value > 0 ? 'more' : 'fewer'} failures`),
  share: percentText,
  microseconds: latencyText,
  seconds: (value) => latencyText(value * 1e6),
  'per-second': rateText,
  bytes: bytesText,
  cores: coresText,
  count: amountText,
};

/** What one side says: `172/s (165/s .. 180/s)`. */
export function figureSideText(unit: ComparedUnit, side: ComparedValue | undefined): string {
  if (side === undefined) return ABSENT;
  const { value, interval } = side;
  if (value === null) return 'no answer';
  if (typeof value === 'string' || unit === 'text') return String(value);
  const text = VALUES[unit];
  return interval === undefined ? text(value) : `${text(value)} (${text(interval[0])} .. ${text(interval[1])})`;
}

/** How B differs from A: `+5 % (-3 % .. +9 %)`; of shares in points; of words whether they are the same. */
export function figureChangeText({ unit, a, b, change, changeInterval, note }: ComparedFigure): string {
  if (a === undefined || b === undefined) return a === undefined ? 'only in B' : 'only in A';
  const own = change === undefined ? words(a, b) : changed(unit, change, changeInterval);
  return note === undefined ? own : `${own}; ${note}`;
}

function changed(unit: ComparedUnit, change: number, interval: ComparedFigure['changeInterval']): string {
  if (unit === 'share' || unit === 'points')
    return change === 0 ? '0' : `${change > 0 ? '+' : '-'}${percentText(Math.abs(change))}`;
  return interval === undefined
    ? signedPercent(change)
    : `${signedPercent(change)} (${signedPercent(interval[0])} .. ${signedPercent(interval[1])})`;
}

const words = ({ value: a }: ComparedValue, { value: b }: ComparedValue): string =>
  a === null || b === null ? ABSENT : a === b ? 'the same' : 'differs';
