import { describe, expect, it } from 'vitest';
import { readParameters } from '../../../src/scenario/faults/recipe.js';
import { RECIPES, recipeNamed } from '../../../src/scenario/faults/recipe-catalogue.js';
import { readToxic } from '../../../src/scenario/faults/toxic.js';

const REQUIRED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  failover: { to: '127.0.0.1:5433' },
  'two-at-once': { other: 'cache' },
};

const stepsOf = (name: string, raw: Readonly<Record<string, unknown>> = REQUIRED[name] ?? {}, forMs = 4000) => {
  const recipe = recipeNamed(name);
  if (recipe === undefined) throw new Error(`no recipe ${name}`);
  const read = readParameters(recipe, raw);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return recipe.steps({ dependency: 'postgres', forMs, values: read.values });
};

describe.each(RECIPES.map(({ name }) => name))('the recipe %s', (name) => {
  it('makes only toxics that Toxiproxy survives, in order of time, inside the fault', () => {
    const steps = stepsOf(name);
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) {
      expect(step.atMs).toBeGreaterThanOrEqual(0);
      expect(step.atMs).toBeLessThanOrEqual(4000);
      if (step.do === 'add') expect(readToxic({ ...step.toxic })).toEqual({ toxic: step.toxic });
    }
    expect(steps.map(({ atMs }) => atMs)).toEqual([...steps.map(({ atMs }) => atMs)].sort((a, b) => a - b));
  });

  it('updates and removes only what it added', () => {
    const added = new Set<string>();
    for (const step of stepsOf(name)) {
      if (step.do === 'add') added.add(step.label);
      if (step.do === 'update' || step.do === 'remove') expect(added).toContain(step.label);
    }
  });
});

describe('recipes', () => {
  it('are the seventeen of the catalogue, each once', () => {
    expect(new Set(RECIPES.map(({ name }) => name)).size).toBe(17);
  });

  it('take their parameters from `with`', () => {
    expect(stepsOf('slow-dependency', { latency: '300ms', jitter: '0ms' })).toMatchObject([
      { toxic: { type: 'latency', attributes: { latency: 300, jitter: 0 } } },
    ]);
    expect(stepsOf('dribble', { pause: '5ms' })[0]).toMatchObject({ toxic: { attributes: { delay: 5000 } } });
    expect(stepsOf('thin-pipe', { rate: '50kB' })[0]).toMatchObject({ toxic: { attributes: { rate: 50 } } });
  });

  it('name every problem of `with` at once', () => {
    const recipe = recipeNamed('slow-dependency');
    const read = readParameters(recipe as NonNullable<typeof recipe>, { latency: 200, jiter: '5ms' });
    expect(read).toEqual({
      problems: [
        { parameter: 'jiter', found: 'jiter', accepted: 'one of latency, jitter' },
        { parameter: 'latency', found: '200', accepted: 'a duration in whole milliseconds, such as 200ms or 2s' },
      ],
    });
    const failover = recipeNamed('failover');
    expect(readParameters(failover as NonNullable<typeof failover>, {})).toMatchObject({
      problems: [{ parameter: 'to', found: 'nothing' }],
    });
  });

  it('flap: down first, and as long up as asked', () => {
    const steps = stepsOf('flapping', { down: '500ms', up: '1s' });
    expect(steps.map((step) => [step.atMs, step.do])).toEqual([
      [0, 'disable'],
      [500, 'enable'],
      [1500, 'disable'],
      [2000, 'enable'],
      [3000, 'disable'],
      [3500, 'enable'],
    ]);
  });

  it('warm up after a cold start: 500, 250, 100, 0 ms', () => {
    const steps = stepsOf('cold-start', { down: '1s' }, 9000);
    const latencies = steps.flatMap((step) =>
      step.do === 'add' ? step.toxic.attributes.latency : step.do === 'update' ? step.attributes.latency : [],
    );
    expect(latencies).toEqual([500, 250, 100, 0]);
    // Slow from its first moment: the toxic stands before the proxy is up again.
    expect(steps.slice(0, 3).map((step) => step.do)).toEqual(['disable', 'add', 'enable']);
  });

  it('break both dependencies at once', () => {
    expect(stepsOf('two-at-once').map(({ dependency, do: action }) => [dependency, action])).toEqual([
      ['postgres', 'disable'],
      ['cache', 'add'],
    ]);
  });
});
