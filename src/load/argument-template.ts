import type { Json } from '../scenario/file/json.js';
import { parseTemplate, type TemplatePart } from '../scenario/file/template.js';
import type { Feed } from '../scenario/scenario.js';
import { STREAM, uniformAt } from './random.js';

/** Values saved by earlier steps of a journey. */
export type SavedValues = ReadonlyMap<string, unknown>;

/** Gives the JSON text of the arguments of one call. */
export interface ArgumentTemplate {
  /** The text when it is the same for every call. */
  readonly constant?: string;
  /** @param arrival index of the arrival. @throws MissingSavedValue when a step before has not saved what is needed. */
  render(arrival: number, saved: SavedValues): string;
}

export interface TemplateSources {
  readonly seed: number;
  /** Of the first arrival; absent: 0. */
  readonly firstSeq?: number;
  readonly data: Readonly<Record<string, Feed>>;
  /** The JSON text of a CSV cell, of the type that the tool asks for at this place of its arguments. */
  readonly cellJson: (cell: string, path: readonly (string | number)[]) => string;
}

/** A step needs a value that no step before it has saved. */
export class MissingSavedValue extends RangeError {
  constructor(readonly saved: string) {
    super(`nothing was saved as ${saved}`);
  }
}

type Value = (arrival: number, saved: SavedValues) => unknown;
type Piece = string | ((arrival: number, saved: SavedValues) => string);

/** Compiles arguments once: text without variables is fixed here, and only what varies is made for each call. */
export function compileArguments(args: Json, sources: TemplateSources): ArgumentTemplate {
  const pieces = joinText([...piecesOf(args, [], sources)]);
  const [only] = pieces;
  if (pieces.length === 1 && typeof only === 'string') return { constant: only, render: () => only };
  return {
    render: (arrival, saved) => {
      let text = '';
      for (const piece of pieces) text += typeof piece === 'string' ? piece : piece(arrival, saved);
      return text;
    },
  };
}

function* piecesOf(value: Json, path: readonly (string | number)[], sources: TemplateSources): Generator<Piece> {
  if (typeof value === 'string') yield stringPiece(value, path, sources);
  else if (Array.isArray(value)) {
    yield '[';
    for (const [i, item] of (value as readonly Json[]).entries()) {
      if (i > 0) yield ',';
      yield* piecesOf(item, [...path, i], sources);
    }
    yield ']';
  } else if (value !== null && typeof value === 'object') {
    let open = '{';
    for (const [key, item] of Object.entries(value)) {
      yield `${open}${JSON.stringify(key)}:`;
      yield* piecesOf(item as Json, [...path, key], sources);
      open = ',';
    }
    yield open === '{' ? '{}' : '}';
  } else yield JSON.stringify(value);
}

function stringPiece(text: string, path: readonly (string | number)[], sources: TemplateSources): Piece {
  const { parts } = parseTemplate(text);
  const [only] = parts;
  if (parts.length === 0) return '""';
  if (parts.length === 1 && only !== undefined) {
    if (only.type === 'literal') return JSON.stringify(only.text);
    // Alone in its string, a value keeps its type.
    const value = variableValue(only, sources);
    if (only.type !== 'feed' || sources.data[only.feed]?.source !== 'csv')
      return (arrival, saved) => JSON.stringify(value(arrival, saved));
    const typed = new Map<string, string>();
    return (arrival, saved) => {
      const cell = value(arrival, saved);
      if (typeof cell !== 'string') return JSON.stringify(cell);
      let json = typed.get(cell);
      if (json === undefined) {
        json = sources.cellJson(cell, path);
        if (typed.size < 100_000) typed.set(cell, json);
      }
      return json;
    };
  }
  const values = parts.map((part) => (part.type === 'literal' ? part.text : variableValue(part, sources)));
  return (arrival, saved) => {
    let joined = '';
    for (const value of values) joined += typeof value === 'string' ? value : asText(value(arrival, saved));
    return JSON.stringify(joined);
  };
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function variableValue(part: Exclude<TemplatePart, { type: 'literal' }>, { seed, firstSeq = 0, data }: TemplateSources): Value {
  if (part.type === 'seq') return (arrival) => firstSeq + arrival;
  if (part.type === 'saved') {
    return (_, saved) => {
      const value = saved.get(part.name);
      if (value === undefined) throw new MissingSavedValue(part.name);
      return value;
    };
  }
  const { feed: name, column } = part;
  const feed = data[name];
  if (feed === undefined) throw new RangeError(`no data feed ${name}`);
  return (arrival) => feed.rows[rowOf(feed, name, seed, arrival)]?.[column] ?? null;
}

/** Row that an arrival draws from a feed: by chance or one after the other, the same for every variable and step of that arrival. */
export function rowOf(feed: Feed, name: string, seed: number, arrival: number): number {
  if (feed.order === 'sequential') return arrival % feed.rows.length;
  let stream: number = STREAM.feed;
  for (let i = 0; i < name.length; i++) stream = (Math.imul(stream, 31) + name.charCodeAt(i)) | 0;
  return Math.floor(uniformAt(seed, stream, arrival) * feed.rows.length);
}

function joinText(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') joined[joined.length - 1] = last + piece;
    else joined.push(piece);
  }
  return joined;
}
