import { distance } from 'fastest-levenshtein';
import { TOXIC_ATTRIBUTES, type ToxicType } from '../../toxiproxy/toxic.js';

export type ToxicStream = 'upstream' | 'downstream';

/** A toxic as it is sent to Toxiproxy, but for its name, which carries the run id and is given by the fault agent. */
export interface Toxic {
  readonly type: ToxicType;
  readonly stream: ToxicStream;
  /** Share of connections it acts on, 0..1. Per connection, never per request. */
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, number>>;
}

/** One thing wrong with a toxic: the field below the toxic, what was found, what is accepted. */
export interface ToxicProblem {
  readonly field: string;
  readonly found: string;
  readonly accepted: string;
  readonly hint?: string;
}

const nearest = (word: string, known: readonly string[]): string | undefined => {
  const best = [...known].sort((a, b) => distance(word, a) - distance(word, b))[0];
  return best !== undefined && distance(word, best) <= Math.max(2, word.length / 3) ? best : undefined;
};

const problem = (field: string, found: unknown, accepted: string, guess?: string): ToxicProblem => ({
  field,
  found: found === undefined ? 'nothing' : JSON.stringify(found),
  accepted,
  ...(guess === undefined ? {} : { hint: `did you mean ${guess}?` }),
});

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function attributeProblems(type: ToxicType, attributes: Readonly<Record<string, unknown>>): ToxicProblem[] {
  const known: readonly string[] = TOXIC_ATTRIBUTES[type];
  const problems: ToxicProblem[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    const field = `attributes.${name}`;
    if (!known.includes(name)) {
      problems.push(
        problem(
          field,
          name,
          known.length === 0 ? `${type} takes no attributes` : `one of ${known.join(', ')}`,
          nearest(name, known),
        ),
      );
    } else if (!Number.isSafeInteger(value) || (value as number) < 0) {
      problems.push(problem(field, value, 'a whole number, 0 or more'));
    }
  }
  if (type !== 'slicer' || problems.length > 0) return problems;
  // A real Toxiproxy 2.12.0 dies of either of these, and every proxy with it.
  const size = Number(attributes.average_size ?? 0);
  const variation = Number(attributes.size_variation ?? 0);
  if (size < 1) problems.push(problem('attributes.average_size', attributes.average_size, 'a whole number, 1 or more'));
  else if (variation >= size) problems.push(problem('attributes.size_variation', variation, `less than average_size (${size})`));
  return problems;
}

/**
 * Reads a raw toxic of a scenario. Toxiproxy itself validates nothing (a misspelt attribute becomes a silent zero,
 * some values kill the server), so everything is checked here before anything is sent.
 */
export function readToxic(raw: unknown): { readonly toxic: Toxic } | { readonly problems: readonly ToxicProblem[] } {
  if (!isRecord(raw)) return { problems: [problem('', raw, 'a map with type, stream, toxicity and attributes')] };
  const problems: ToxicProblem[] = [];
  const fields = ['type', 'stream', 'toxicity', 'attributes'];
  for (const key of Object.keys(raw)) {
    if (!fields.includes(key)) problems.push(problem(key, key, `one of ${fields.join(', ')}`, nearest(key, fields)));
  }
  const types = Object.keys(TOXIC_ATTRIBUTES);
  const type = raw.type;
  if (typeof type !== 'string' || !types.includes(type)) {
    problems.push(
      problem('type', type, `one of ${types.join(', ')}`, typeof type === 'string' ? nearest(type, types) : undefined),
    );
  }
  const stream = raw.stream ?? 'downstream';
  if (stream !== 'upstream' && stream !== 'downstream') problems.push(problem('stream', stream, 'upstream or downstream'));
  const toxicity = raw.toxicity ?? 1;
  if (typeof toxicity !== 'number' || !(toxicity >= 0 && toxicity <= 1))
    problems.push(problem('toxicity', toxicity, 'a number from 0 to 1'));
  const attributes = raw.attributes ?? {};
  if (!isRecord(attributes)) problems.push(problem('attributes', attributes, 'a map of whole numbers'));
  else if (typeof type === 'string' && types.includes(type)) problems.push(...attributeProblems(type as ToxicType, attributes));
  if (problems.length > 0) return { problems };
  return {
    toxic: {
      type: type as ToxicType,
      stream: stream as ToxicStream,
      toxicity: toxicity as number,
      attributes: attributes as Readonly<Record<string, number>>,
    },
  };
}
