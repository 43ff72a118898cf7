import { ratioInterval } from '../statistics/change-interval.js';
import type { ComparedFigure, ComparedUnit, ComparedValue } from './comparison.js';

type Told = number | string | null | undefined;

/** What one side says; undefined where it does not know. */
export const told = (value: Told, interval?: readonly [number, number]): ComparedValue | undefined =>
  value === undefined ? undefined : { value, ...(interval === undefined || value === null ? {} : { interval }) };

/** Units of which B - A is the change: a ratio of shares says little. */
const DIFFERENCES: readonly ComparedUnit[] = ['points', 'share'];

/** A figure of both sides with its change; undefined where neither side knows it. */
export function figurePair(
  name: string,
  unit: ComparedUnit,
  [a, b]: readonly [ComparedValue | undefined, ComparedValue | undefined],
  worse?: 'higher' | 'lower',
): ComparedFigure | undefined {
  if (a === undefined && b === undefined) return undefined;
  return {
    name,
    unit,
    ...(a === undefined ? {} : { a }),
    ...(b === undefined ? {} : { b }),
    ...(a === undefined || b === undefined ? {} : changeOf(unit, a, b)),
    ...(worse === undefined ? {} : { worse }),
  };
}

function changeOf(unit: ComparedUnit, a: ComparedValue, b: ComparedValue): Pick<ComparedFigure, 'change' | 'changeInterval'> {
  if (typeof a.value !== 'number' || typeof b.value !== 'number') return {};
  if (DIFFERENCES.includes(unit)) return { change: b.value - a.value };
  // A change of 5 % is a ratio of 1.05.
  const shift = unit === 'change' ? 1 : 0;
  const [from, to] = [a.value + shift, b.value + shift];
  if (!(from > 0 && to >= 0)) return {};
  if (a.interval === undefined || b.interval === undefined) return { change: to / from - 1 };
  const bounds = ratioInterval(
    { value: from, interval: [a.interval[0] + shift, a.interval[1] + shift] },
    { value: to, interval: [b.interval[0] + shift, b.interval[1] + shift] },
  );
  return { change: to / from - 1, ...(bounds === undefined ? {} : { changeInterval: [bounds[0] - 1, bounds[1] - 1] }) };
}

/** Those that are known. */
export const figuresOf = (figures: readonly (ComparedFigure | undefined)[]): readonly ComparedFigure[] =>
  figures.filter((figure) => figure !== undefined);
