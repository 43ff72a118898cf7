import { compact } from '../file/compact.js';
import { didYouMean } from '../file/nearest.js';
import type { Fault } from './fault.js';
import type { FaultStep } from './fault-action.js';
import { type Recipe, readParameters } from './recipe.js';
import { RECIPES, recipeNamed } from './recipe-catalogue.js';
import { readToxic } from './toxic.js';

/** A fault of the scenario as the fault agent carries it out. Plain data: it is sent as it is. */
export interface PlannedFault {
  /** Index into `scenario.faults`. */
  readonly fault: number;
  readonly dependency: string;
  /** Recipe name, or `toxics`. */
  readonly recipe: string;
  /** From the start of the first phase. */
  readonly atMs: number;
  readonly forMs: number;
  readonly steps: readonly FaultStep[];
}

/** A fault as a file writes it. */
export type WrittenFault = Omit<Fault, 'steps'>;

/** One thing wrong with a fault, at its path below it. */
export interface FaultProblem {
  readonly path: readonly (string | number)[];
  readonly found: string;
  readonly accepted: string;
  readonly hint?: string;
}

/** The steps of a fault, and everything that is wrong with its recipe, parameters or toxics: with a problem it has no steps. Pure. */
export function planFault(fault: WrittenFault): FaultSteps {
  const found = fault.inject === undefined ? toxicSteps(fault) : recipeSteps(fault, fault.inject);
  return found.problems.length === 0 ? found : { steps: [], problems: found.problems };
}

export const withSteps = (fault: WrittenFault): Fault => ({ ...fault, steps: planFault(fault).steps });

/** The faults of a scenario as the fault agent takes them. */
export const agentFaults = (faults: readonly Fault[]): readonly PlannedFault[] =>
  faults.map(({ dependency, inject: recipe = 'toxics', atMs, forMs, steps }, fault) => ({
    fault,
    dependency,
    recipe,
    atMs,
    forMs,
    steps,
  }));

interface FaultSteps {
  readonly steps: readonly FaultStep[];
  readonly problems: readonly FaultProblem[];
}

function toxicSteps({ dependency, toxics = [] }: WrittenFault): FaultSteps {
  const problems: FaultProblem[] = [];
  const steps = toxics.flatMap((raw, at): FaultStep[] => {
    const read = readToxic(raw);
    if ('toxic' in read) {
      const { toxic } = read;
      return [{ atMs: 0, dependency, do: 'add', toxic, label: `${toxic.type}-${toxic.stream}-${at}` }];
    }
    for (const { field, ...rest } of read.problems) {
      problems.push({ path: ['toxics', at, ...field.split('.').filter(Boolean)], ...rest });
    }
    return [];
  });
  return { steps, problems };
}

function recipeSteps(fault: WrittenFault, name: string): FaultSteps {
  const recipe = recipeNamed(name);
  if (recipe === undefined) {
    const names = RECIPES.map((known) => known.name);
    return { steps: [], problems: [{ path: ['inject'], ...unknown(name, names, names.join(', ')) }] };
  }
  const read = readParameters(recipe, fault.with);
  const path = ['with'];
  if ('problems' in read) {
    const known = recipe.parameters.map((parameter) => parameter.name);
    return {
      steps: [],
      problems: read.problems.map(({ parameter, found, accepted }) =>
        known.includes(parameter)
          ? { path: [...path, parameter], found, accepted }
          : { path: [...path, parameter], ...unknown(parameter, known, accepted) },
      ),
    };
  }
  const { values } = read;
  const problems = valueProblems(recipe, values, path);
  if (problems.length > 0) return { steps: [], problems };
  const steps = recipe.steps({ dependency: fault.dependency, forMs: fault.forMs, values });
  // A recipe is checked as strictly as what a user writes: some values kill a real Toxiproxy.
  const wrong = steps.flatMap((step) => {
    if (step.do !== 'add') return [];
    const toxic = readToxic(step.toxic);
    return 'problems' in toxic ? toxic.problems : [];
  });
  return {
    steps,
    problems: wrong.map(({ field, found, accepted }) => ({ path, found: `${field} = ${found}`, accepted })),
  };
}

function valueProblems(
  { name }: Recipe,
  { status }: Readonly<Record<string, string | number>>,
  path: readonly (string | number)[],
): FaultProblem[] {
  if (name !== 'error-stub' || (Number(status) >= 400 && Number(status) <= 599)) return [];
  return [{ path: [...path, 'status'], found: String(status), accepted: 'an HTTP error status, 400 to 599' }];
}

function unknown(found: string, known: readonly string[], accepted: string): Omit<FaultProblem, 'path'> {
  return { found: JSON.stringify(found), accepted, ...compact({ hint: didYouMean(found, known) }) };
}

const TOGGLES: ReadonlySet<FaultStep['do']> = new Set(['disable', 'enable', 'cut', 'upstream', 'stub']);

/** Dependencies whose proxy a fault takes down, cuts or points elsewhere. */
export const toggledBy = ({ steps }: Pick<Fault, 'steps'>): ReadonlySet<string> =>
  new Set(steps.filter((step) => TOGGLES.has(step.do)).map(({ dependency }) => dependency));
