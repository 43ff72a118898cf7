import { z } from 'zod';

/** The words in which the schemas of `result.json` are written. Their types are inferred, so that a figure is said once. */

export const list = <T extends z.ZodType>(item: T) => z.array(item).readonly();

/** Absent is absent: `undefined` is no value. */
export const optional = <T extends z.ZodType>(type: T) => type.exactOptional();

export const count = (words: string) => z.int().nonnegative().describe(words);

/** Keys that plimsoll does not fix: a host, a target. */
export const facts = (words: string) => z.record(z.string(), z.unknown()).readonly().describe(words);

/** Seconds, where they are known. */
export const seconds = (words: string) => optional(z.number().describe(words));

/** `true` where two types say the same, keys that may be absent included; a schema beside a type of its own is held to it by this. */
export type Agrees<A, B> = [Whole<A>] extends [Whole<B>] ? ([Whole<B>] extends [Whole<A>] ? true : false) : false;

/** With every key that may be absent: else a key that one of two types lacks would go unnoticed. */
type Whole<T> = T extends (infer E)[]
  ? Whole<E>[]
  : T extends readonly (infer E)[]
    ? readonly Whole<E>[]
    : T extends object
      ? { [K in keyof T]-?: Whole<T[K]> }
      : T;
