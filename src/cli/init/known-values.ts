import { wordsOfName } from '../../mcp/protocol/change-words.js';
import { documentOf } from '../../mcp/protocol/expectation.js';
import { isObject, textItems } from '../../mcp/protocol/rpc-answer.js';

type Scalar = string | number;

/** A value that a server answered with, and what it is called there. */
interface KnownValue {
  readonly value: Scalar;
  /** Words of its key. */
  readonly key: readonly string[];
  /** Words of what it is part of: the keys around it and the name of the tool, in the singular. */
  readonly about: ReadonlySet<string>;
}

/** Enough to find an id in; an answer may hold a million. */
const MOST_VALUES = 2000;
const MAX_DEPTH = 8;
/** Names that say nothing without what they belong to. */
const GENERIC = new Set([
  'id',
  'uid',
  'uuid',
  'key',
  'name',
  'title',
  'slug',
  'code',
  'number',
  'path',
  'uri',
  'url',
  'result',
  'value',
]);

/** Values out of the answers of a server, to call its other tools with. */
export class KnownValues {
  readonly #values: KnownValue[] = [];

  /** Keeps the values of an answer, JSON or not said to be. */
  add(tool: string, result: Readonly<Record<string, unknown>>): void {
    const about = singulars(wordsOfName(tool));
    const documents: readonly unknown[] =
      result.structuredContent === undefined
        ? textItems(result).map((item) => documentOf({ content: [item] }))
        : [result.structuredContent];
    for (const document of documents) this.#collect(document, [], about, 0);
  }

  /**
   * Values for an argument of a tool, the likeliest first: called the same, or the id of what the argument names (`order_id` is the `id` of
   * `orders`), or what the tool is about (`id` of `get_order` likewise).
   */
  for(tool: string, argument: string): readonly Scalar[] {
    const wanted = wordsOfName(argument);
    const subject = new Set(singulars(wordsOfName(tool)));
    const scored = this.#values.map((known) => ({ value: known.value, score: scoreOf(wanted, known, subject) }));
    return [
      ...new Set(
        scored
          .filter(({ score }) => score > 0)
          .sort((a, b) => b.score - a.score)
          .map(({ value }) => value),
      ),
    ];
  }

  #collect(value: unknown, key: readonly string[], about: readonly string[], depth: number): void {
    if (this.#values.length >= MOST_VALUES || depth > MAX_DEPTH) return;
    if (typeof value === 'string' || typeof value === 'number') {
      if (value !== '' && String(value).length <= 200) this.#values.push({ value, key, about: new Set(about) });
    } else if (Array.isArray(value)) {
      for (const item of value as readonly unknown[]) this.#collect(item, singulars(key), about, depth + 1);
    } else if (isObject(value)) {
      for (const [name, item] of Object.entries(value))
        this.#collect(item, wordsOfName(name), [...about, ...singulars(key)], depth + 1);
    }
  }
}

/** 0: the value has nothing to do with the argument. */
function scoreOf(wanted: readonly string[], { key, about }: KnownValue, subject: ReadonlySet<string>): number {
  const isAbout = (words: readonly string[]): boolean => words.every((word) => about.has(word));
  const last = key.at(-1);
  if (wanted.join() === key.join()) {
    const generic = wanted.every((word) => GENERIC.has(word));
    return !generic ? 3 : [...about].some((word) => subject.has(word) && !VERBS.has(word)) ? 4 : 0;
  }
  const [noun, end] = [wanted.slice(0, -1), wanted.at(-1) ?? ''];
  // `order_id` for the `id` of an order, `table` for the `name` of a table, `table_name` for one of `tables`.
  if (noun.length > 0 && key.join() === end && isAbout(noun)) return 3;
  if (key.length === 1 && last !== undefined && GENERIC.has(last) && isAbout(wanted)) return 2;
  if (GENERIC.has(end) && noun.length > 0 && (noun.join() === key.join() || (GENERIC.has(key.join()) && isAbout(noun)))) return 2;
  // `id` of get_order for an `order_id`.
  if (wanted.length === 1 && GENERIC.has(end) && last === end && key.slice(0, -1).every((word) => subject.has(word))) return 2;
  return 0;
}

/** What tools do is nothing that they are about. */
const VERBS = new Set('get list read search find describe show count echo ping status by all of for the in and'.split(' '));

const singulars = (words: readonly string[]): readonly string[] =>
  words.map((word) =>
    word
      .replace(/(?<=[^aeiou])ies$/, 'y')
      .replace(/(?<=(s|x|z|ch|sh))es$/, '')
      .replace(/(?<=[^su])s$/, ''),
  );
