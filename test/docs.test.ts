import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const names = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith(ending));
const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...names('docs', '.md').map((name) => `docs/${name}`),
];
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** The anchors of a page, as GitHub makes them from its headings. */
const anchorsOf = (page: string): readonly string[] =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map((heading) =>
    (heading[1] as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

interface Link {
  readonly from: string;
  readonly to: string;
  readonly anchor: string | undefined;
}

const links: readonly Link[] = [...pages, 'reports/README.md'].flatMap((from) =>
  [...textOf(from).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, path, anchor]) => ({
    from,
    to: path === '' ? from : relative(root, join(root, dirname(from), path as string)),
    anchor,
  })),
);

describe('the pages', () => {
  it('lead nowhere that is not there', () => {
    expect(links.length).toBeGreaterThan(30);
    expect(links.filter(({ to }) => !existsSync(join(root, to)))).toEqual([]);
    const toHeadings = links.filter(({ anchor }) => anchor !== undefined);
    expect(toHeadings.length).toBeGreaterThan(2);
    expect(toHeadings.filter(({ to, anchor }) => !anchorsOf(to).includes(anchor as string))).toEqual([]);
  });

  it('begin with the two commands that do all the set-up: the first run and the tests', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const commands = [...textOf('README.md').matchAll(/^ {4}npm ci && npm (?:run )?(\S+)$/gm)].map((match) => match[1] as string);
    expect(commands).toEqual(['first-run', 'test']);
    expect(commands.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('name files that are there for what is added', () => {
    const table = /## Where to add what\n(.*?)\n## /s.exec(textOf('docs/architecture.md'))?.[1] ?? '';
    const rows = table
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2);
    const paths = (text: string): readonly string[] =>
      [...text.matchAll(/`((?:src|test|docs|schema|scenarios)(?:\/[^`]*)?)`/g)].map((match) => match[1] as string);
    for (const row of rows) {
      const [, what, where = '', known = '', tried = ''] = row.split('|');
      for (const cell of [where, known, tried]) expect(paths(cell).length, what).toBeGreaterThan(0);
      expect(paths(row).filter((path) => !existsSync(join(root, path)))).toEqual([]);
      // `NAME` in `file`: what has to be changed is there, under that name.
      for (const [, name, file] of row.matchAll(/`(\w+)`,? (?:in|as) `(src\/[^`]+\.ts)`/g))
        expect(textOf(file as string), `${name} in ${file}`).toMatch(new RegExp(`\\b${name}\\b`));
    }
    const asked = ['wire era', 'fault recipe', 'check', 'section of the report', 'an engine'];
    expect(asked.filter((what) => !rows.some((row) => row.split('|')[1]?.includes(what)))).toEqual([]);
  });

  it('are all found from the README', () => {
    const linked = new Set(links.filter(({ from }) => from === 'README.md').map(({ to }) => to));
    expect(pages.filter((page) => page !== 'README.md' && !linked.has(page))).toEqual([]);
  });

  it('name every scenario that is shipped, and none that is not', () => {
    const all = pages.map(textOf).join('\n');
    const shipped = names('scenarios', '.yaml');
    // A scenario for docker compose is named in its file.
    const told = shipped.filter((name) => !name.endsWith('.compose.yaml'));
    expect(told.filter((name) => !all.includes(name))).toEqual([]);
    const named = [...all.matchAll(/scenarios\/([\w.-]+\.yaml)/g)].map((match) => match[1] as string);
    expect(named.filter((name) => !shipped.includes(name))).toEqual([]);
  });

  it('say in the folder of reports what lands there, which git ignores but for that page', () => {
    const ignored = textOf('.gitignore').split('\n');
    expect(ignored.indexOf('reports/*')).toBeGreaterThanOrEqual(0);
    expect(ignored.indexOf('!reports/README.md')).toBeGreaterThan(ignored.indexOf('reports/*'));
    expect(textOf('reports/README.md')).toContain('reports/NAME/TIME-ID/');
  });
});
