import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import config from '../vitest.config.js';

const root = join(import.meta.dirname, '..');

interface Project {
  readonly test: { readonly name: string; readonly include: readonly string[]; readonly exclude?: readonly string[] };
}

const projects = (config as { readonly test: { readonly projects: readonly Project[] } }).test.projects.map(({ test }) => test);
/** Of the two forms that the lists hold: one file, and all of a folder. */
const matches = (pattern: string, file: string): boolean =>
  pattern.includes('/**/') ? file.startsWith(`${pattern.split('/**/')[0]}/`) : file === pattern;
const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .map((name) => `test/${name.split('\\').join('/')}`)
  .filter((name) => name.endsWith('.test.ts'));

describe('the projects of the tests', () => {
  it('name files that are there', () => {
    const patterns = projects.flatMap(({ include, exclude = [] }) => [...include, ...exclude]);
    const gone = patterns.filter((pattern) => !existsSync(join(root, pattern.split('/**/')[0] as string)));
    expect(gone).toEqual([]);
  });

  it('hold each file once, so that `npm test` runs all of them', () => {
    const homes = files.map((file) => ({
      file,
      in: projects
        .filter(
          ({ include, exclude = [] }) => include.some((one) => matches(one, file)) && !exclude.some((one) => matches(one, file)),
        )
        .map(({ name }) => name),
    }));
    expect(homes.length).toBeGreaterThan(200);
    expect(homes.filter(({ in: names }) => names.length !== 1)).toEqual([]);
  });
});
