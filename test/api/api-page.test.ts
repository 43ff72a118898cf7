import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
// @ts-expect-error a script
import { apiPage } from '../../scripts/api-page.js';
// @ts-expect-error a script
import { publicDeclarations } from '../../scripts/declarations.js';

const root = join(import.meta.dirname, '..', '..');

describe('docs/api.md', () => {
  it('is what the docstrings say', async () => {
    const page = readFileSync(join(root, 'docs', 'api.md'), 'utf8');
    expect(page, 'run `npm run schema` and commit what it writes').toBe(apiPage(await publicDeclarations(root)));
  });

  it('tells every function with what it throws', () => {
    const page = readFileSync(join(root, 'docs', 'api.md'), 'utf8');
    const functions = [...readFileSync(join(root, 'src', 'index.ts'), 'utf8').matchAll(/^export (?:async )?function (\w+)/gm)];
    expect(functions.length).toBe(8);
    for (const [, name] of functions) {
      const section = page.split('\n### ').find((each) => each.startsWith(`${name}\n`));
      expect(section, name).toContain('- Throws PlimsollError');
    }
  });
});
