// Writes schema/scenario.schema.json and docs/scenario-reference.md from the grammar in src/scenario, schema/result.schema.json, and
// docs/recipes.md from the fault recipes, docs/api.md from the docstrings of src/index.ts and what it names.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultJsonSchema } from '../dist/result/result.js';
import { RECIPES } from '../dist/scenario/faults/recipe-catalogue.js';
import { recipePage } from '../dist/scenario/faults/recipe-page.js';
import { scenarioJsonSchema } from '../dist/scenario/schema/json-schema.js';
import { referencePage } from '../dist/scenario/schema/reference-page.js';
import { apiPage } from './api-page.js';
import { publicDeclarations } from './declarations.js';

const root = join(import.meta.dirname, '..');
for (const folder of ['schema', 'docs']) mkdirSync(join(root, folder), { recursive: true });
writeFileSync(join(root, 'schema', 'scenario.schema.json'), `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
writeFileSync(join(root, 'schema', 'result.schema.json'), `${JSON.stringify(resultJsonSchema(), null, 2)}\n`);
writeFileSync(join(root, 'docs', 'scenario-reference.md'), referencePage());
writeFileSync(join(root, 'docs', 'recipes.md'), recipePage(RECIPES));
writeFileSync(join(root, 'docs', 'api.md'), apiPage(await publicDeclarations(root)));
