import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const SRC = join(ROOT, 'src', 'analysis', 'resilience');
const page = readFileSync(join(ROOT, 'docs', 'resilience.md'), 'utf8');

describe('docs/resilience.md', () => {
  it('has every finding, and no other', () => {
    const source = readdirSync(SRC)
      .filter((name) => name.includes('findings'))
      .map((name) => readFileSync(join(SRC, name), 'utf8'))
      .join('\n');
    const written = [
      ...source.matchAll(/(?:\bcode: |\bnote\(\s*)'([a-z-]+)'/g),
      ...source.matchAll(/\bcode: fast \? '([a-z-]+)'/g),
      ...source.matchAll(/\bcode: fast \? '[a-z-]+' : '([a-z-]+)'/g),
    ].map(([, code]) => code as string);
    const table = page.slice(page.indexOf('| code |'), page.indexOf('## What is judged'));
    const listed = [...table.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, cell]) =>
      [...(cell as string).matchAll(/`([a-z-]+)`/g)].map(([, code]) => code),
    );
    expect(new Set(listed)).toEqual(new Set(written));
  });
});
