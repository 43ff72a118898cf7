import type { InputSource } from '../result/sizing-figures.js';

/** Writes down where each input came from while it is read. A key that stands in the `capacity` block was given. */
export class InputSourcer {
  readonly sources: Record<string, InputSource> = {};

  /** @param given names of what the scenario gives */
  constructor(private readonly inFile: readonly string[]) {}

  /** A setting that always has a value: given, or the default of the grammar. */
  readonly keep = <T>(name: string, value: T): T => {
    this.sources[name] = this.inFile.includes(name) ? 'given' : 'default';
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
}
