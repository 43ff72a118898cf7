import { nearest } from '../file/nearest.js';
import { formatDuration } from '../file/units.js';
import type { Fault, Scenario } from '../scenario.js';
import type { FaultStep } from './fault-action.js';
import { type Recipe, readParameters } from './recipe.js';
import { RECIPES, recipeNamed } from './recipe-catalogue.js';
import { readToxic } from './toxic.js';

/** A fault of the scenario as steps. Plain data: it is sent to the fault agent as it is. */
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

/** One thing wrong with a fault, at its path in the scenario. */
export interface FaultProblem {
  readonly path: readonly (string | number)[];
  readonly found: string;
  readonly accepted: string;
  readonly hint?: string;
}

export interface FaultPlan {
  readonly faults: readonly PlannedFault[];
  readonly problems: readonly FaultProblem[];
}

/** Ports that the system hands out by itself; both ends belong to it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The steps of all faults of a scenario, and everything that is wrong with them. Pure.
 * @param ephemeral ports from which a proxy that is taken down might not get its own back
 */
export function planFaults(scenario: Scenario, ephemeral: PortRange): FaultPlan {
  const problems: FaultProblem[] = [];
  const faults = scenario.faults.flatMap((fault, index): PlannedFault[] => {
    const found = fault.inject === undefined ? toxicSteps(fault, index) : recipeSteps(fault, fault.inject, index, scenario);
    problems.push(...found.problems);
    const { dependency, inject: recipe = 'toxics', atMs, forMs } = fault;
    return found.problems.length > 0 ? [] : [{ fault: index, dependency, recipe, atMs, forMs, steps: found.steps }];
  });
  problems.push(...overlaps(faults), ...unsafePorts(faults, scenario, ephemeral));
  return { faults, problems };
}

interface Steps {
  readonly steps: readonly FaultStep[];
  readonly problems: readonly FaultProblem[];
}

function toxicSteps({ dependency, toxics = [] }: Fault, index: number): Steps {
  const problems: FaultProblem[] = [];
  const steps = toxics.flatMap((raw, at): FaultStep[] => {
    const read = readToxic(raw);
    if ('toxic' in read) {
      const { toxic } = read;
      return [{ atMs: 0, dependency, do: 'add', toxic, label: `${toxic.type}-${toxic.stream}-${at}` }];
    }
    for (const { field, ...rest } of read.problems) {
      problems.push({ path: ['faults', index, 'toxics', at, ...field.split('.').filter(Boolean)], ...rest });
    }
    return [];
  });
  return { steps, problems };
}

function recipeSteps(fault: Fault, name: string, index: number, { dependencies }: Scenario): Steps {
  const recipe = recipeNamed(name);
  if (recipe === undefined) {
    const names = RECIPES.map((known) => known.name);
    return { steps: [], problems: [{ path: ['faults', index, 'inject'], ...unknown(name, names, names.join(', ')) }] };
  }
  const read = readParameters(recipe, fault.with);
  const path = ['faults', index, 'with'];
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
  const { other } = values;
  if (other !== undefined) {
    const others = Object.keys(dependencies).filter((known) => known !== fault.dependency);
    if (!others.includes(String(other))) {
      const accepted = others.length === 0 ? 'another dependency (there is none)' : others.join(', ');
      problems.push({ path: [...path, 'other'], ...unknown(String(other), others, accepted) });
    }
  }
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
  const near = nearest(found, known);
  return { found: JSON.stringify(found), accepted, ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }) };
}

const TOGGLES: ReadonlySet<FaultStep['do']> = new Set(['disable', 'enable', 'cut', 'upstream', 'stub']);

/** Dependencies whose proxy a fault takes down, cuts or points elsewhere. */
const toggledBy = ({ steps }: PlannedFault): ReadonlySet<string> =>
  new Set(steps.filter((step) => TOGGLES.has(step.do)).map(({ dependency }) => dependency));

/** Two faults that switch one proxy at the same time would each undo what the other did. */
function overlaps(faults: readonly PlannedFault[]): FaultProblem[] {
  return faults.flatMap((later, index) =>
    faults.slice(0, index).flatMap((earlier): FaultProblem[] => {
      if (later.atMs >= earlier.atMs + earlier.forMs || earlier.atMs >= later.atMs + later.forMs) return [];
      const both = [...toggledBy(later)].find((dependency) => toggledBy(earlier).has(dependency));
      if (both === undefined) return [];
      const until = formatDuration(earlier.atMs + earlier.forMs);
      return [
        {
          path: ['faults', later.fault, 'at'],
          found: `${formatDuration(later.atMs)}, while faults.${earlier.fault} (${earlier.recipe}) switches ${both} as well, until ${until}`,
          accepted: 'faults that switch a dependency one after the other',
        },
      ];
    }),
  );
}

function unsafePorts(faults: readonly PlannedFault[], { dependencies }: Scenario, { first, last }: PortRange): FaultProblem[] {
  const down = new Set(faults.flatMap((fault) => fault.steps.filter((step) => TOGGLES.has(step.do)).map((s) => s.dependency)));
  return [...down].flatMap((name): FaultProblem[] => {
    const listen = dependencies[name]?.listen ?? '';
    const port = Number(listen.slice(listen.lastIndexOf(':') + 1));
    if (port < first || port > last) return [];
    return [
      {
        path: ['dependencies', name, 'listen'],
        found: `port ${port}, which a fault takes down and up again`,
        accepted: `a port outside ${first} to ${last}, which the system gives to others`,
      },
    ];
  });
}
