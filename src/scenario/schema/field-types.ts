import { z } from 'zod';
import type { Json } from '../file/json.js';
import { parseDuration, parseRate, parseRateSpan, parseRatio, parseSize, type RateSpan, UNIT_PATTERNS } from '../file/units.js';

/**
 * The kinds of value in a scenario file. Throughout the schema a message says what is *accepted*; what was found, and where, is added
 * from the file by schema-issues.ts.
 */

/** A map with these keys and no others, and what it is for. */
export const group = <T extends z.core.$ZodLooseShape>(words: string, keys: T, params?: { readonly error: string }) =>
  z.strictObject(keys, params).describe(words);

/** An editor cannot know the value of a `${VAR}`, so its schema lets every text with one pass. */
export const editorPattern = (pattern: string): string => `${pattern}|\\$\\{`;

type Path = (value: string) => string;

/** A text with a unit, read by `parse`. `written` says what to write for a plain number. */
const withUnit = <T>(pattern: string, accepted: string, parse: (text: string) => T | undefined, written: Path) =>
  z
    .string({ error: ({ input }) => (typeof input === 'number' ? `${accepted}; write ${written(String(input))}` : accepted) })
    .meta({ pattern: editorPattern(pattern) })
    .transform((text, context): T => {
      const value = parse(text);
      if (value !== undefined) return value;
      const message = /^[0-9.]+$/.test(text) ? `${accepted}; write ${written(text)}` : accepted;
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    });

const bounded = (parse: (text: string) => number | undefined, test: (value: number) => boolean) => (text: string) => {
  const value = parse(text);
  return value !== undefined && test(value) ? value : undefined;
};

const DURATION = 'a duration such as 250ms, 10s, 5m or 1h';

/** A duration above zero, in milliseconds. */
export const duration = () =>
  withUnit(
    UNIT_PATTERNS.duration,
    `${DURATION}, above 0`,
    bounded(parseDuration, (ms) => ms > 0),
    (number) => `${number}ms or ${number}s`,
  );

/** A duration that may be zero, in milliseconds. */
export const durationOrZero = () =>
  withUnit(UNIT_PATTERNS.duration, DURATION, parseDuration, (number) => `${number}ms or ${number}s`);

const MAX_PER_S = 1_000_000;

/** A rate above zero, per second. */
export const rate = () =>
  withUnit(
    UNIT_PATTERNS.rate,
    'a rate such as 100/s, 600/m or 3600/h, above 0',
    bounded(parseRate, (perS) => perS > 0 && perS <= MAX_PER_S),
    (number) => `${number}/s or ${number}/m`,
  );

/** A rate or a linear ramp, per second. Zero is allowed at one end of a ramp only. */
export const rateOrRamp = () =>
  withUnit<RateSpan>(
    UNIT_PATTERNS.rateOrRamp,
    `a rate such as 100/s or 600/m, or a ramp such as 100/s..300/s, above 0 and at most ${MAX_PER_S}/s`,
    (text) => {
      const span = parseRateSpan(text);
      const peak = span === undefined ? 0 : Math.max(span.fromPerS, span.toPerS);
      return peak > 0 && peak <= MAX_PER_S ? span : undefined;
    },
    (number) => `${number}/s or ${number}/m`,
  );

/** `99%` or `0.99`, between `min` and `max`. */
const ratioBetween = (min: number, max: number, accepted: string) =>
  z
    .union([z.string().meta({ pattern: editorPattern(UNIT_PATTERNS.ratio) }), z.number().min(0)], { error: accepted })
    .transform((value, context): number => {
      const ratio = parseRatio(value);
      if (ratio !== undefined && ratio >= min && ratio <= max) return ratio;
      const bare = Number(value);
      const message = bare > max && bare <= 100 * max ? `${accepted}; write ${bare}% or ${bare / 100}` : accepted;
      context.issues.push({ code: 'custom', message, input: value });
      return z.NEVER;
    });

/** A ratio from 0 to 1. */
export const ratio = () => ratioBetween(0, 1, 'a ratio such as 99% or 0.99, from 0 to 1');
/** A growth, which may be above 100 %. */
export const growth = () => ratioBetween(0, 100, 'a ratio such as 30% or 0.3');

/** A size in bytes. */
export const size = () =>
  withUnit(
    UNIT_PATTERNS.size,
    'a size such as 16MiB, 4GiB or 500MB',
    bounded(parseSize, (bytes) => bytes >= 0),
    (number) => `${number}MiB or ${number}GiB`,
  );

export const count = (min = 1, max = 1_000_000_000) => {
  const accepted = max === 1_000_000_000 ? `a whole number, at least ${min}` : `a whole number from ${min} to ${max}`;
  return z.int({ error: accepted }).min(min, { error: accepted }).max(max, { error: accepted });
};

export const flag = () => z.boolean({ error: 'true or false' });

export const number = (min: number, accepted: string) => z.number({ error: accepted }).min(min, { error: accepted });

/** Text that YAML may have read as a number or a boolean (`--port, 3001`); always text afterwards. */
export const text = (accepted = 'text') =>
  z.union([z.string(), z.number(), z.boolean()], { error: accepted }).transform((value) => String(value));

export const nonEmpty = (accepted: string) => z.string({ error: accepted }).min(1, { error: accepted });

export const matching = (pattern: RegExp, accepted: string) => z.string({ error: accepted }).regex(pattern, { error: accepted });

export const regularExpression = () => {
  const accepted = 'a regular expression (JavaScript)';
  return z.string({ error: accepted }).check((context) => {
    try {
      new RegExp(context.value);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      context.issues.push({ code: 'custom', message: `${accepted}; ${why}`, input: context.value });
    }
  });
};

export const jsonPointer = () => matching(/^(\/([^~]|~0|~1)*)?$/, 'a JSON Pointer such as /orders/0/id (RFC 6901)');

export const httpUrl = () => {
  const accepted = 'an http:// or https:// URL';
  return z
    .string({ error: accepted })
    .meta({ format: 'uri' })
    .check((context) => {
      let protocol = '';
      try {
        protocol = new URL(context.value).protocol;
      } catch {}
      if (protocol !== 'http:' && protocol !== 'https:') {
        context.issues.push({ code: 'custom', message: accepted, input: context.value });
      }
    });
};

/** `host:port`. */
export const hostAndPort = () =>
  matching(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):([1-9][0-9]{0,4})$/, 'host:port such as 127.0.0.1:15432').refine(
    (value) => Number(value.slice(value.lastIndexOf(':') + 1)) <= 65_535,
    { error: 'host:port such as 127.0.0.1:15432, with a port up to 65535' },
  );

/** Anything JSON can hold; the YAML tree has already turned away what it cannot. */
export const json = (): z.ZodType<Json> => z.unknown() as unknown as z.ZodType<Json>;

export const jsonObject = () => z.record(z.string(), json(), { error: 'a map of names to values' });

export const texts = (accepted: string) => z.record(z.string(), text('text'), { error: accepted });

export const command = () =>
  z
    .array(text('text'), { error: 'a list such as [node, server.js]' })
    .min(1, { error: 'a list with at least the program, such as [node, server.js]' });
