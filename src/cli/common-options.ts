import type { Argv } from 'yargs';

/** A flag that may be given again; each takes one value, so that it never swallows a positional. */
export const repeatable = { type: 'string', array: true, nargs: 1, requiresArg: true } as const;

/** Flags with one value. Given twice, the later would silently win: refused instead. */
export const once = { type: 'string', requiresArg: true, coerce: onlyOne } as const;

function onlyOne(value: unknown): string | undefined {
  if (Array.isArray(value)) throw new Error(`given more than once: ${value.join(', ')}`);
  return value === undefined ? undefined : String(value);
}

/** What every command takes. */
export function outputOptions<T>(parser: Argv<T>) {
  return parser
    .option('json', { type: 'boolean', default: false, describe: 'The result as JSON on stdout, everything else on stderr' })
    .option('quiet', { type: 'boolean', default: false, describe: 'No progress; only the result and problems' })
    .option('no-color', { type: 'boolean', default: false, describe: 'No colours' });
}

/** What every command takes that reads a scenario. */
export function scenarioOptions<T>(parser: Argv<T>) {
  return parser
    .option('set', { ...repeatable, describe: 'Override a value of the scenario: path=value (may be repeated)' })
    .option('env', { ...once, describe: 'Overlay file <scenario>.NAME.yaml over the scenario' })
    .option('yes-i-may-load', { ...repeatable, describe: 'A host beside loopback that you are allowed to load' });
}
