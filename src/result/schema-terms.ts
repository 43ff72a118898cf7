import { z } from 'zod';

/** The words in which the schemas of `result.json` are written. Their types are inferred, so that a figure is said once. */

/** An object with these keys and no others. */
export const shape = <T extends z.core.$ZodLooseShape>(keys: T) => z.strictObject(keys).readonly();

export const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();

/** Absent is absent: `undefined` is no value. */
export const optional = <T extends z.ZodType>(type: T) => type.exactOptional();

export const count = (words: string) => z.int().nonnegative().describe(words);

/** Keys that plimsoll does not fix: a host, a target. */
export const facts = (words: string) => z.record(z.string(), z.unknown()).readonly().describe(words);

/** Seconds, where they are known. */
export const seconds = (words: string) => optional(z.number().describe(words));

/** `null`: not known, or no such limit. */
export const numberOrNull = z.number().nullable();

/** Both ends of an interval. */
export const pair = z.tuple([z.number(), z.number()]).readonly();
