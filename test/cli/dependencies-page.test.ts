import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/cli/version.js';

describe('docs/dependencies.md', () => {
  it('names every dependency, and no other', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const page = readFileSync(join(packageRoot, 'docs', 'dependencies.md'), 'utf8');
    const [atRunTime, forDevelopment] = page.split('## For development').map((part) =>
      part
        .split('\n')
        .filter((line) => line.startsWith('| `'))
        .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1]))
        .sort(),
    );
    expect(atRunTime).toEqual(Object.keys(dependencies).sort());
    expect(forDevelopment).toEqual(Object.keys(devDependencies).sort());
  });
});
