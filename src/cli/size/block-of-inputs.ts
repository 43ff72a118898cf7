import type { SizingFigures, SizingInput } from '../../result/sizing-figures.js';

/** Plain text of a number: the units of a scenario file take no exponent. */
const plain = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(9).replace(/0+$/, ''));

function written({ value, unit }: SizingInput): unknown {
  if (typeof value !== 'number') return value;
  switch (unit) {
    case 'calls/s':
    case 'sessions/s':
    case 'calls/s per instance':
      return `${plain(value)}/s`;
    case 's':
      return `${plain(value * 1000)}ms`;
    case 'MB':
      return `${plain(value)}MiB`;
    default:
      return value;
  }
}

/** The `capacity` block that a sizing was given, from its list of inputs: what was measured or a default is left to be found again. */
export function blockOfInputs({
  inputs,
  question,
}: Pick<SizingFigures, 'inputs' | 'question'>): Readonly<Record<string, unknown>> {
  // A state that was asked for with nothing but defaults was asked for all the same.
  const block: Record<string, unknown> = {
    ...(question.rolling === null ? {} : { rolling: {} }),
    ...(question.autoscaling === null ? {} : { autoscaling: {} }),
  };
  for (const input of inputs) {
    if (input.source !== 'given' || input.value === null || input.name.includes('@')) continue;
    const [first = '', second] = input.name.split('.');
    if (second === undefined) block[first] = written(input);
    else block[first] = { ...(block[first] as Record<string, unknown> | undefined), [second]: written(input) };
  }
  const sources = new Map(inputs.map(({ name, source }) => [name, source]));
  const faults = question.faults
    .filter(({ name, latencyS }) => sources.get(`${name}.rate`) === 'given' && latencyS !== null)
    .map(({ name, capacityPerS, latencyS, timeoutS, amplification }) => ({
      name,
      rate: capacityPerS === 0 ? '0/s' : `${plain(capacityPerS)}/s`,
      latency: `${plain((latencyS ?? 0) * 1000)}ms`,
      timeout: `${plain(timeoutS * 1000)}ms`,
      amplification,
    }));
  return faults.length === 0 ? block : { ...block, measured: { ...(block.measured as object | undefined), faults } };
}
