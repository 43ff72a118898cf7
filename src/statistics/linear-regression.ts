import { studentTQuantile } from './student-t.js';

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  /** 1 / variance up to a common factor. */
  readonly weight: number;
}

/** y = intercept + slope x, with 95 % intervals of both. */
export interface FittedLine {
  readonly slope: number;
  readonly intercept: number;
  /** Standard error of the slope. */
  readonly slopeError: number;
  readonly slopeInterval: readonly [number, number];
  readonly interceptInterval: readonly [number, number];
}

/** Weighted least squares with Student t intervals (Draper and Smith, Applied Regression Analysis, ch. 1). Undefined below 3 points or without spread in x. */
export function fitLine(points: readonly LinePoint[]): FittedLine | undefined {
  if (points.length < 3) return undefined;
  const sum = (of: (point: LinePoint) => number) => points.reduce((total, point) => total + point.weight * of(point), 0);
  const total = sum(() => 1);
  const meanX = sum(({ x }) => x) / total;
  const meanY = sum(({ y }) => y) / total;
  const spread = sum(({ x }) => (x - meanX) ** 2);
  if (!(spread > 1e-12 * sum(({ x }) => x * x))) return undefined;
  const slope = sum(({ x, y }) => (x - meanX) * (y - meanY)) / spread;
  const intercept = meanY - slope * meanX;
  const variance = sum(({ x, y }) => (y - intercept - slope * x) ** 2) / (points.length - 2);
  const t = studentTQuantile(0.975, points.length - 2);
  const slopeWidth = t * Math.sqrt(variance / spread);
  const interceptWidth = t * Math.sqrt(variance * (1 / total + meanX ** 2 / spread));
  return {
    slope,
    intercept,
    slopeError: Math.sqrt(variance / spread),
    slopeInterval: [slope - slopeWidth, slope + slopeWidth],
    interceptInterval: [intercept - interceptWidth, intercept + interceptWidth],
  };
}
