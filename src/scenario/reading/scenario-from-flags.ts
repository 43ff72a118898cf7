import { stringify } from 'yaml';
import { PlimsollError } from '../../errors/plimsoll-error.js';
import { EXACT_HINT, EXACT_NUMBERS, inexactNumberIn, inexactText } from '../file/exact-number.js';
import { withLiteralVariables } from '../file/variables.js';

/** What `plimsoll run` was given in place of a file. */
export interface ScenarioFlags {
  /** Absent: the target is put in later. */
  readonly url?: string;
  readonly tool: string;
  /** JSON object. Default: no arguments. */
  readonly arguments?: string;
  readonly rate: string;
  /** Length of the only phase. */
  readonly for: string;
  /** `p95=400ms`, `success=99%`. */
  readonly slo?: readonly string[];
}

const nameOf = (tool: string): string => {
  const name = tool
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'quick' : name;
};

const argumentsOf = (text: string): Record<string, unknown> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PlimsollError(
      `--arguments: found ${text}, which is not JSON (${why}), accepted: a JSON object such as '{"id":1}'`,
      'usage',
    );
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new PlimsollError(`--arguments: found ${text}, accepted: a JSON object such as '{"id":1}'`, 'usage');
  }
  const inexact = inexactNumberIn(text);
  if (inexact !== undefined) {
    throw new PlimsollError(`--arguments: found ${inexactText(inexact)}, accepted: ${EXACT_NUMBERS}`, 'usage', {
      hint: EXACT_HINT,
    });
  }
  return value as Record<string, unknown>;
};

const sloOf = (limits: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    limits.flatMap((limit) =>
      limit.split(',').map((part) => {
        const [metric = '', value = '', ...more] = part.split('=').map((side) => side.trim());
        if (metric === '' || value === '' || more.length > 0) {
          throw new PlimsollError(
            `--slo ${limit}: found ${JSON.stringify(part)}, accepted: metric=limit such as p95=400ms or success=99%`,
            'usage',
          );
        }
        return [metric, value] as const;
      }),
    ),
  );

/**
 * The scenario file that a run without a file stands for: what `--print-scenario` prints, and what is then parsed as any other file.
 * Values are not checked here but by the grammar; only JSON and `metric=limit` are.
 * @throws PlimsollError with exit code 2.
 */
export const scenarioFromFlags = (flags: ScenarioFlags): string => {
  const slo = sloOf(flags.slo ?? []);
  const file = {
    plimsoll: 1,
    name: nameOf(flags.tool),
    target: flags.url === undefined ? {} : { url: flags.url },
    load: { phases: [{ name: 'steady', rate: flags.rate, for: flags.for }] },
    calls: [{ tool: flags.tool, arguments: withLiteralVariables(argumentsOf(flags.arguments ?? '{}')) }],
    ...(Object.keys(slo).length === 0 ? {} : { slo }),
  };
  return stringify(file, { lineWidth: 0 });
};
