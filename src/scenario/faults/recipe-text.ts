import type { Recipe, RecipeParameter } from './recipe.js';

const parameterText = ({ name, default: standard, description }: RecipeParameter): string =>
  `    with.${name} (${standard === undefined ? 'required' : `default ${standard}`}): ${description}`;

/** The recipes as `plimsoll faults list` shows them: what each is made of, what it reveals, what it is not. */
export function renderRecipes(recipes: readonly Recipe[]): string {
  return recipes
    .map(({ name, summary, madeOf, reveals, isNot, parameters, random }) =>
      [
        `${name}: ${summary}`,
        `    made of: ${madeOf}`,
        `    reveals: ${reveals}`,
        `    ${isNot.startsWith('only') ? 'limits' : 'is not'}: ${isNot.replace(/^not /, '')}`,
        ...(random ? ['    chance decides which connections it hits: two runs need not agree'] : []),
        ...parameters.map(parameterText),
      ].join('\n'),
    )
    .join('\n\n');
}
