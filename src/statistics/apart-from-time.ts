import { fitLine, type LinePoint } from './linear-regression.js';
import { studentTQuantile } from './student-t.js';

export interface TimedPoint extends LinePoint {
  /** When it was read, seconds. */
  readonly t: number;
}

/**
 * 95 % interval of the slope of y on x with what both owe to time taken out: the partial slope of a regression on x and time, by the
 * theorem of Frisch and Waugh. A search raises its rate as time goes on, so a heap that only grows with time follows the rate as well.
 * @returns undefined where the two cannot be told apart: fewer than 4 points, or x in line with time
 */
export function slopeApartFromTime(points: readonly TimedPoint[]): readonly [number, number] | undefined {
  if (points.length < 4) return undefined;
  const from = Math.min(...points.map(({ t }) => t));
  const timed = points.map((point) => ({ ...point, t: point.t - from }));
  const without = (of: (point: TimedPoint) => number): readonly number[] => {
    const line = fitLine(timed.map((point) => ({ x: point.t, y: of(point), weight: point.weight })));
    return timed.map((point) => of(point) - (line === undefined ? 0 : line.intercept + line.slope * point.t));
  };
  const [xs, ys] = [without(({ x }) => x), without(({ y }) => y)];
  const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
  if (spread(xs) < 1e-9 * spread(timed.map(({ x }) => x))) return undefined;
  const line = fitLine(timed.map(({ weight }, i) => ({ x: xs[i] ?? 0, y: ys[i] ?? 0, weight })));
  if (line === undefined) return undefined;
  const left = points.length - 3;
  const width = studentTQuantile(0.975, left) * line.slopeError * Math.sqrt((left + 1) / left);
  return [line.slope - width, line.slope + width];
}
