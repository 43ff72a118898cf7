// Writes schema/scenario.schema.json and docs/scenario-reference.md from the grammar in src/scenario.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenarioJsonSchema } from '../dist/scenario/json-schema.js';
import { referencePage } from '../dist/scenario/reference-page.js';

const root = join(import.meta.dirname, '..');
for (const folder of ['schema', 'docs']) mkdirSync(join(root, folder), { recursive: true });
writeFileSync(join(root, 'schema', 'scenario.schema.json'), `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
writeFileSync(join(root, 'docs', 'scenario-reference.md'), referencePage());
