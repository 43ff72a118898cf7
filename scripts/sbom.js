// Writes sbom.cdx.json: what `npm install plimsoll` brings, and what its bundles are made of, in CycloneDX.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const list = (...flags) =>
  JSON.parse(execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', ...flags], { cwd: root, maxBuffer: 1 << 26 }).toString());

const installed = list('--omit', 'dev', '--omit', 'optional', '--omit', 'peer');
const all = list();

/** Vega and its parts are not installed with the package: they are inside of it. */
const byRef = new Map(all.components.map((component) => [component['bom-ref'], component]));
const needs = new Map(all.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
const bundled = new Map();
const queue = all.components
  .filter(({ name }) => ['vega', 'vega-lite', 'vega-interpreter'].includes(name))
  .map((one) => one['bom-ref']);
for (let ref = queue.pop(); ref !== undefined; ref = queue.pop()) {
  if (bundled.has(ref)) continue;
  bundled.set(ref, byRef.get(ref));
  queue.push(...(needs.get(ref) ?? []));
}
const known = new Set(installed.components.map((component) => component['bom-ref']));
const added = [...bundled.values()].filter((component) => component !== undefined && !known.has(component['bom-ref']));
const components = [...installed.components, ...added];
writeFileSync(join(root, 'sbom.cdx.json'), `${JSON.stringify({ ...installed, components }, undefined, 2)}\n`);
console.log(`sbom.cdx.json: ${components.length} components, ${added.length} of them bundled`);
