import { parseDuration, parseRatio, parseSize } from '../file/units.js';
import type { FaultStep } from './fault-action.js';

/** How a parameter is written in `with:` and what it becomes. */
export type ParameterKind = 'duration' | 'ratio' | 'size' | 'count' | 'address' | 'name';

export interface RecipeParameter {
  readonly name: string;
  readonly kind: ParameterKind;
  /** As it would be written in the scenario; absent: must be given. */
  readonly default?: string | number;
  readonly description: string;
}

export type RecipeValues = Readonly<Record<string, string | number>>;

export interface RecipeContext {
  readonly dependency: string;
  readonly forMs: number;
  /** Durations in milliseconds, sizes in bytes, ratios 0..1. */
  readonly values: RecipeValues;
}

/** A named fault: what it does in Toxiproxy's terms, what it reveals, and what it is not. */
export interface Recipe {
  readonly name: string;
  readonly summary: string;
  /** Toxics and calls it is made of, in words. */
  readonly madeOf: string;
  readonly reveals: string;
  readonly isNot: string;
  readonly parameters: readonly RecipeParameter[];
  /** Takes the proxy down and up again, so its listen port must lie outside the ephemeral range. */
  readonly toggles?: true;
  /** Which connections it hits is a matter of chance, so two runs need not agree. */
  readonly random?: true;
  /** The plan; pure. Steps in order of time. */
  steps(context: RecipeContext): readonly FaultStep[];
}

export interface ParameterProblem {
  readonly parameter: string;
  readonly found: string;
  readonly accepted: string;
}

const ACCEPTED: Readonly<Record<ParameterKind, string>> = {
  duration: 'a duration in whole milliseconds, such as 200ms or 2s',
  ratio: 'a share such as 20% or 0.2',
  size: 'a size such as 4kB or 16KiB',
  count: 'a whole number, 1 or more',
  address: 'host:port',
  name: 'the name of a dependency',
};

function readValue(kind: ParameterKind, raw: unknown): string | number | undefined {
  switch (kind) {
    case 'duration': {
      const valueMs = typeof raw === 'string' ? parseDuration(raw) : undefined;
      return valueMs !== undefined && Number.isInteger(valueMs) ? valueMs : undefined;
    }
    case 'ratio': {
      const ratio = typeof raw === 'string' || typeof raw === 'number' ? parseRatio(raw) : undefined;
      return ratio !== undefined && ratio <= 1 ? ratio : undefined;
    }
    case 'size': {
      const bytes = typeof raw === 'string' ? parseSize(raw) : undefined;
      return bytes !== undefined && Number.isInteger(bytes) ? bytes : undefined;
    }
    case 'count':
      return Number.isSafeInteger(raw) && (raw as number) >= 1 ? (raw as number) : undefined;
    case 'address':
      return typeof raw === 'string' && /^[^\s:]+:[0-9]{1,5}$/.test(raw) ? raw : undefined;
    case 'name':
      return typeof raw === 'string' && raw !== '' ? raw : undefined;
  }
}

/** Reads `with:` against the recipe's parameters: every problem at once, defaults filled in. Pure. */
export function readParameters(
  recipe: Recipe,
  raw: Readonly<Record<string, unknown>>,
): { readonly values: RecipeValues } | { readonly problems: readonly ParameterProblem[] } {
  const problems: ParameterProblem[] = [];
  const values: Record<string, string | number> = {};
  const known = recipe.parameters.map(({ name }) => name);
  for (const name of Object.keys(raw)) {
    if (!known.includes(name)) {
      problems.push({
        parameter: name,
        found: name,
        accepted: known.length === 0 ? 'no parameters' : `one of ${known.join(', ')}`,
      });
    }
  }
  for (const { name, kind, default: standard } of recipe.parameters) {
    const given = raw[name] ?? standard;
    const value = readValue(kind, given);
    if (value === undefined)
      problems.push({
        parameter: name,
        found: given === undefined ? 'nothing' : JSON.stringify(given),
        accepted: ACCEPTED[kind],
      });
    else values[name] = value;
  }
  return problems.length > 0 ? { problems } : { values };
}
