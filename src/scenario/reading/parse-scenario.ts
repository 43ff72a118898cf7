import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { crossCheck } from '../checks/cross-checks.js';
import { trimHeaders } from '../file/header-text.js';
import { objectTree } from '../file/object-tree.js';
import { applySets, overlay } from '../file/overrides.js';
import { type PortOf, withPorts } from '../file/ports.js';
import { type Place, type Problem, ScenarioProblems } from '../file/problem.js';
import { Redactor } from '../file/redactor.js';
import { substitute, type Variables, withLiteralVariables } from '../file/variables.js';
import { locate, readTree, type Tree, type TreePath, treeData } from '../file/yaml-tree.js';
import type { FileAccess } from '../resolve/feeds.js';
import { resolveScenario } from '../resolve/resolve.js';
import type { Scenario } from '../scenario.js';
import { keysAt } from '../schema/json-schema.js';
import { type ScenarioFile, scenarioSchema } from '../schema/scenario-schema.js';
import { acceptedText, schemaProblems } from '../schema/schema-issues.js';
import { hideSecrets } from './hide-secrets.js';
import { scenarioHash } from './scenario-hash.js';

/** A scenario in place of the text of a file: what a module exports, or a program made. */
export interface ScenarioObject {
  readonly object: unknown;
}

export interface ParseOptions {
  /** Name for error messages. */
  readonly fileName: string;
  /** Absolute folder that relative paths in the file start from. */
  readonly folder: string;
  /** The environment for `${VAR}`. */
  readonly env: Variables;
  /** `path=value` overrides, in order. */
  readonly set?: readonly string[];
  readonly overlay?: { readonly fileName: string } & ({ readonly text: string } | ScenarioObject);
  /** Reads CSV feeds and looks for baseline files. */
  readonly files: FileAccess;
  /** Gives the free ports that `{{ port }}` asks for. */
  readonly ports?: PortOf;
  /** Learns the secrets of the file. Absent: one of its own. */
  readonly redactor?: Redactor;
}

export interface LoadedScenario {
  readonly scenario: Scenario;
  /** The file as checked, defaults in. */
  readonly file: ScenarioFile;
  /** As written, overlay and overrides in, variables not: what may be given to `parseScenario` again as an object. */
  readonly written: Readonly<Record<string, unknown>>;
  /** The file as written, with variables, overlay and overrides in and secrets hidden. */
  readonly redacted: Record<string, unknown>;
  /** The same as YAML, ready to be a scenario file again. */
  readonly redactedYaml: string;
  /** SHA-256 of the workload, see scenario-hash.ts. */
  readonly hash: string;
  readonly redactor: Redactor;
  /** File name as it was given. */
  readonly path: string;
  /** Where a value stands, or what is nearest to it on the way there. */
  readonly placeOf: (path: TreePath) => Place;
}

const REDACT_WITHIN = new Set(['target', 'tenants', 'client', 'description', 'calls', 'data', 'baseline', 'events']);

/** Hides known secrets also where they stand in the clear, in the parts of a file that hold free text. */
const redactedData = (tree: Tree, redactor: Redactor): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(treeData(tree, 'redacted') as Record<string, unknown>).map(([key, value]) => [
      key,
      REDACT_WITHIN.has(key) ? redactor.redactData(value) : value,
    ]),
  );

/**
 * Checks and resolves the text of a scenario file, or the same as an object.
 * @throws ScenarioProblems (exit code 2) with everything that is wrong in it.
 */
export const parseScenario = (source: string | ScenarioObject, options: ParseOptions): LoadedScenario => {
  const { fileName } = options;
  const problems: Problem[] = [];
  const fail = (): never => {
    throw new ScenarioProblems(fileName, problems);
  };
  const readFile = (content: string | ScenarioObject, name: string): Tree | undefined => {
    const reading = typeof content === 'string' ? readTree(content, name) : objectTree(content.object, name);
    problems.push(...reading.problems);
    const { tree } = reading;
    if (tree === undefined || tree.kind === 'map') return tree;
    const found =
      typeof content !== 'string'
        ? `${tree.kind === 'list' ? 'a list' : JSON.stringify(tree.value)}, not an object`
        : tree.kind === 'scalar' && tree.value === null
          ? 'an empty file'
          : 'a file that is not a map of keys';
    problems.push({ place: tree.place, path: '', found, accepted: 'keys such as plimsoll, name, target, load, calls' });
    return undefined;
  };

  const base = readFile(source, fileName);
  const above = options.overlay;
  const over = above && readFile('text' in above ? above.text : above, above.fileName);
  if (base === undefined || (above !== undefined && over === undefined)) return fail();
  const merged = applySets(over === undefined ? base : overlay(base, over), options.set ?? [], problems);
  const substituted = substitute(merged, options.env);
  problems.push(...substituted.problems);
  const ported = options.ports === undefined ? substituted.tree : withPorts(substituted.tree, options.ports);
  const hidden = hideSecrets(trimHeaders(ported));
  const redactor = options.redactor ?? new Redactor();
  redactor.learn([...substituted.secrets, ...hidden.secrets]);
  const { tree } = hidden;

  const data = treeData(tree) as Record<string, unknown>;
  const parsed = scenarioSchema.safeParse(data, { error: acceptedText });
  if (!parsed.success) {
    // A variable that is not set has been told; what is wrong with the value it left behind would only be an echo.
    const told = new Set(substituted.problems.map(({ path }) => path));
    problems.push(...schemaProblems(parsed.error.issues, tree, keysAt).filter((problem) => !told.has(problem.path)));
  }
  const told = problems.map(({ path: at }) => at);
  // What was told of a value, or of what it stands in, is not told again in other words.
  const isEcho = ({ path: at }: Problem): boolean => told.some((other) => other !== '' && `${at}.`.startsWith(`${other}.`));
  const absolute = (file: string): string => resolve(options.folder, file);
  const { feeds, tls, problems: crossProblems } = crossCheck(data, tree, { path: absolute, files: options.files });
  problems.push(...crossProblems.filter((problem) => !isEcho(problem)));
  if (problems.length > 0 || !parsed.success) {
    const shown = problems.map((problem) => ({
      ...redactor.redactData({ ...problem, place: undefined }),
      place: { ...problem.place, file: redactor.redact(problem.place.file) },
    }));
    throw new ScenarioProblems(fileName, shown);
  }

  const scenario = resolveScenario(parsed.data, { feeds, tls }, absolute, data.capacity);
  const redacted = redactedData(tree, redactor);
  return {
    scenario,
    written: treeData(merged) as Record<string, unknown>,
    file: parsed.data,
    redacted,
    redactedYaml: stringify(withLiteralVariables(redacted), { lineWidth: 0 }),
    hash: scenarioHash(scenario, redactor),
    redactor,
    path: fileName,
    placeOf: (path) => {
      const { tree: found, keyPlace, depth } = locate(tree, path);
      return depth === path.length ? found.place : keyPlace;
    },
  };
};
