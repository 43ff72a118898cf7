import type { Recipe, RecipeParameter } from './recipe.js';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

const parameterText = ({ name, default: standard, description }: RecipeParameter): string =>
  `\`${name}\` ${standard === undefined ? '(required)' : `= ${standard}`}: ${description}`;

const notes = ({ toggles, random }: Recipe): readonly string[] => [
  ...(toggles ? ['takes the proxy down and up: its port must be outside the ephemeral range'] : []),
  ...(random ? ['chance decides which connections it hits: two runs need not agree'] : []),
];

const row = (recipe: Recipe): string => {
  const { name, summary, madeOf, reveals, isNot, parameters } = recipe;
  const bounds = [isNot.replace(/^only/, 'limited: only'), ...notes(recipe)].join('; ');
  const cells = [`\`${name}\``, summary, madeOf, reveals, bounds, parameters.map(parameterText).join('<br>')];
  return `| ${cells.map((text, index) => (index === 5 ? text.replaceAll('|', '\\|') : cell(text))).join(' | ')} |`;
};

const INTRODUCTION = `# Fault recipes

<!-- Made by \`npm run schema\` from src/scenario/faults/*.ts. Edit those, not this page. -->

What \`inject\` of a fault can name, with the parameters that \`with\` takes. [Faults](faults.md) says how to write them; \`plimsoll faults list\`
prints this table, with \`--json\` for programs.
`;

/** The page on all recipes, in Markdown, made from the catalogue. */
export const recipePage = (recipes: readonly Recipe[]): string =>
  [
    INTRODUCTION,
    '| recipe | what happens | made of | what it reveals | what it is not | parameters |',
    '| --- | --- | --- | --- | --- | --- |',
    ...recipes.map(row),
    '',
  ].join('\n');
