import { badBody } from './api-error.js';

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

/** @throws ApiError 400; an empty body is `EOF`, as in Toxiproxy. */
export const parseJson = (text: string): unknown => {
  if (text.trim() === '') throw badBody('EOF');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badBody((error as Error).message);
  }
};

/** The fields of a JSON object. Keys are case-insensitive, unknown ones are ignored, null counts as absent: all as in Toxiproxy. */
export class JsonFields {
  private readonly fields: ReadonlyMap<string, unknown>;

  /** @throws ApiError 400 unless it is an object (or null). */
  constructor(value: unknown) {
    if (kindOf(value) !== 'object' && value !== null) throw badBody(`expected an object, found ${kindOf(value)}`);
    this.fields = new Map(Object.entries(value ?? {}).map(([key, field]) => [key.toLowerCase(), field]));
  }

  /** Unchecked; undefined when absent. */
  get(name: string): unknown {
    return this.fields.get(name) ?? undefined;
  }

  text(name: string): string | undefined {
    return this.typed<string>(name, 'string');
  }

  flag(name: string): boolean | undefined {
    return this.typed<boolean>(name, 'boolean');
  }

  private typed<T>(name: string, kind: 'string' | 'boolean'): T | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (kindOf(value) !== kind) throw badBody(`${name} must be a ${kind}, found ${kindOf(value)}`);
    return value as T;
  }
}
