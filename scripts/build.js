// Compiles src/ to dist/, bundles what runs in a browser and what draws charts, and skips the work when dist/ is newer than every source file.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'lightningcss';
import { build } from 'rolldown';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'dist', '.built');

const newest = (path) => {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
};

const inputs = ['src', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'scripts/build.js'].map((name) =>
  join(root, name),
);

/** Folders of the packages that ended up in a bundle: their licences go with it. */
const bundled = new Set();

/** One file of all that `input` imports. */
async function bundle(input, file, options) {
  const { output } = await build({
    input,
    output: { file, minify: true, comments: false, ...options.output },
    platform: options.platform,
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    logLevel: 'warn',
  });
  for (const { modules = {} } of output)
    for (const module of Object.keys(modules)) {
      const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];
      if (folder !== undefined) bundled.add(folder);
    }
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
  writeFileSync(join(root, 'dist', 'THIRD-PARTY-NOTICES.txt'), notices().join(`\n${'-'.repeat(80)}\n\n`));
  writeFileSync(stamp, '');
}
