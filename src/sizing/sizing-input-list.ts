import type { InputSource, SizingInput } from '../result/sizing-figures.js';
import type { SizingQuestion } from '../result/sizing-question.js';
import { inputIn, SIZING_INPUTS } from './sizing-input-table.js';

/** Where inputs came from, by their name in the `capacity` block. What is not in it was given. */
export type InputSources = Readonly<Record<string, InputSource>>;

/** 95 % intervals of measured inputs, by their name and in their unit. */
export type InputIntervals = Readonly<Record<string, readonly [number, number]>>;

/** Every input by its name in the `capacity` block of a scenario, with value, unit and source, as a report prints them. */
export function listInputs(
  question: SizingQuestion,
  sources: InputSources,
  intervals: InputIntervals = {},
): readonly SizingInput[] {
  const rows = SIZING_INPUTS.map((row) => [row.name, row.unit, inputIn(question, row)] as const);
  const faults = question.faults.flatMap(
    ({ name, capacityPerS, latencyS, timeoutS, amplification }) =>
      [
        [`${name}.rate`, 'calls/s per instance', capacityPerS],
        [`${name}.latency`, 's', latencyS],
        [`${name}.timeout`, 's', timeoutS],
        [`${name}.amplification`, 'x', amplification],
      ] as const,
  );
  return [...rows, ...faults].flatMap(([name, unit, value]): readonly SizingInput[] => {
    if (value === undefined) return [];
    const interval = intervals[name];
    return [{ name, value, unit, source: sources[name] ?? 'given', ...(interval === undefined ? {} : { interval }) }];
  });
}
