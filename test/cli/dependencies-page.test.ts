import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/run/version.js';

const { dependencies, devDependencies, peerDependencies } = JSON.parse(
  readFileSync(join(packageRoot, 'package.json'), 'utf8'),
) as Record<'dependencies' | 'devDependencies' | 'peerDependencies', Record<string, string>>;
const page = readFileSync(join(packageRoot, 'docs', 'dependencies.md'), 'utf8');

/** Packages in the first column of the table under a heading. */
function packagesUnder(heading: string): readonly string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading));
  if (section === undefined) throw new Error(`the page has no section "${heading}"`);
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] as string))
    .sort();
}

describe('docs/dependencies.md', () => {
  it('names every dependency, and no other', () => {
    expect(packagesUnder('At run time')).toEqual(Object.keys(dependencies).sort());
    expect(packagesUnder('For the sample server')).toEqual(Object.keys(peerDependencies).sort());
    const inAClone = ['In the bundles of the package', 'For the sample server', 'For development'].flatMap(packagesUnder);
    expect(inAClone.sort()).toEqual(Object.keys(devDependencies).sort());
  });

  it('is about packages pinned to one version, the same for a clone and for a user', () => {
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    for (const [name, version] of Object.entries(peerDependencies)) expect(version, name).toBe(devDependencies[name]);
  });
});
