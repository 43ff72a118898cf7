import type { InputSource } from '../result/sizing-figures.js';
import type { Json } from '../scenario/file/json.js';

/** Writes down where each input came from while it is read. A key that stands in the `capacity` block was given. */
export class InputSourcer {
  readonly sources: Record<string, InputSource> = {};

  constructor(private readonly block: { readonly [key: string]: Json }) {}

  /** A setting that always has a value: given, or the default of the grammar. */
  readonly keep = <T>(name: string, value: T): T => {
    this.sources[name] = this.stands(name) ? 'given' : 'default';
    return value;
  };

  /** Given, else measured, else not known. @param how whether what was measured is a figure of an estimate only */
  readonly take = <T>(name: string, value: T | undefined, measured?: T, how: 'measured' | 'estimated' = 'measured'): T | null => {
    this.sources[name] = value !== undefined ? 'given' : measured !== undefined ? how : 'default';
    return value ?? measured ?? null;
  };

  readonly measured = <T>(name: string, value: T, how: 'measured' | 'estimated' = 'measured'): T => {
    this.sources[name] = how;
    return value;
  };

  readonly given = <T>(name: string, value: T): T => {
    this.sources[name] = 'given';
    return value;
  };

  private stands(name: string): boolean {
    let at: Json | undefined = this.block;
    for (const part of name.split('.')) {
      if (at === null || typeof at !== 'object' || Array.isArray(at)) return false;
      at = (at as { readonly [key: string]: Json })[part];
    }
    return at !== undefined;
  }
}
