import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RECIPES } from '../../../src/scenario/faults/recipe-catalogue.js';
import { recipePage } from '../../../src/scenario/faults/recipe-page.js';

const docs = join(import.meta.dirname, '..', '..', '..', 'docs');

describe('docs/recipes.md', () => {
  it('is fresh', () => {
    expect(readFileSync(join(docs, 'recipes.md'), 'utf8'), 'run `npm run schema` and commit what it writes').toBe(
      recipePage(RECIPES),
    );
  });

  it('has a row of six cells for each recipe, with every parameter', () => {
    const rows = recipePage(RECIPES)
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows).toHaveLength(RECIPES.length);
    RECIPES.forEach(({ name, reveals, parameters }, index) => {
      const row = rows[index] as string;
      expect(row.split(/(?<!\\)\|/)).toHaveLength(8);
      expect(row).toContain(`\`${name}\``);
      expect(row).toContain(reveals);
      for (const parameter of parameters) expect(row).toContain(`\`${parameter.name}\` `);
    });
  });
});

describe('docs/faults.md', () => {
  it('names only recipes that there are', () => {
    const text = readFileSync(join(docs, 'faults.md'), 'utf8');
    const named = [...text.matchAll(/inject: ([a-z-]+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !RECIPES.some((recipe) => recipe.name === name))).toEqual([]);
  });
});
