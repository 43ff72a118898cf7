import { nameList } from '../../text/name-list.js';
import type { Json } from '../file/json.js';
import { didYouMean } from '../file/nearest.js';
import { parseTemplate, type TemplateVariable, textsIn } from '../file/template.js';
import type { TreePath } from '../file/yaml-tree.js';
import { requestNames } from '../other-requests.js';
import type { Feed } from '../scenario.js';
import type { CallFile, StepFile } from '../schema/scenario-schema.js';
import type { Part, Report, ScenarioParts } from './scenario-parts.js';

interface Scope {
  readonly feeds: Readonly<Record<string, Feed>>;
  /** All feeds named in the file, also those that are not well formed. */
  readonly feedNames: readonly string[];
  /** Names saved by earlier steps; undefined for a call that is no journey. */
  readonly saved?: readonly string[];
  /** What an earlier step saves is no map of names. */
  readonly unclearSaves?: boolean;
  /** Something in the call was left out because it is not as the grammar has it. */
  readonly incomplete: boolean;
}

const checkVariable = (
  variable: TemplateVariable,
  path: TreePath,
  { feeds, feedNames, saved, unclearSaves = false }: Scope,
  report: Report,
): void => {
  if (variable.type === 'seq') return;
  if (variable.type === 'saved') {
    const { name } = variable;
    if (saved?.includes(name) || unclearSaves) return;
    const hint = feedNames.includes(name)
      ? `write {{ ${name}.column }} for a column of the feed`
      : didYouMean(name, ['seq', ...(saved ?? [])], (near) => `{{ ${near} }}`);
    const accepted =
      saved === undefined
        ? 'seq or feed.column: saved values exist only in later steps of a journey'
        : `seq, feed.column or what an earlier step saved${saved.length === 0 ? ' (nothing so far)' : `: ${saved.join(', ')}`}`;
    report(path, `{{ ${name} }}, which nothing defines`, accepted, { hint, needle: name });
    return;
  }
  const { feed: name, column } = variable;
  const feed = feeds[name];
  if (!feedNames.includes(name)) {
    const accepted = feedNames.length === 0 ? 'a feed under data (there is none)' : `a feed under data: ${feedNames.join(', ')}`;
    report(path, `{{ ${name}.${column} }}, but there is no feed ${JSON.stringify(name)}`, accepted, {
      hint: didYouMean(name, feedNames, (near) => near),
      needle: `${name}.`,
    });
    return;
  }
  // A feed that could not be read has its own problem.
  if (feed === undefined || feed.rows.length === 0) return;
  const row = feed.rows.findIndex((cells) => !Object.hasOwn(cells, column));
  if (row < 0) return;
  const columns = Object.keys(feed.rows[row] ?? {});
  const where = feed.source === 'csv' ? `no column ${JSON.stringify(column)}` : `no ${JSON.stringify(column)} in row ${row}`;
  const accepted = columns.length === 0 ? 'a column of the feed, whose row has none' : nameList(columns);
  report(path, `{{ ${name}.${column} }}, but the feed has ${where}`, accepted, {
    hint: didYouMean(column, columns, (near) => near),
    needle: `${name}.${column}`,
  });
};

const checkArguments = (value: Json, path: TreePath, scope: Scope, report: Report): void => {
  for (const { path: inner, text } of textsIn(value, path)) {
    const { parts, errors } = parseTemplate(text);
    for (const { found, accepted } of errors) report(inner, found, accepted, { needle: '{{' });
    for (const variable of parts) if (variable.type !== 'literal') checkVariable(variable, inner, scope, report);
  }
};

const REQUESTS = ['tool', 'resource', 'prompt', 'list'] as const;

const givenRequests = (raw: Readonly<Record<string, unknown>>): readonly string[] =>
  REQUESTS.filter((key) => raw[key] !== undefined);

/** One request, and only what goes with it. */
const checkRequest = (
  { resource, expect, arguments: args }: Pick<StepFile, 'resource' | 'expect' | 'arguments'>,
  raw: Readonly<Record<string, unknown>>,
  path: TreePath,
  scope: Scope,
  report: Report,
): void => {
  const [first, ...more] = givenRequests(raw);
  for (const key of more) report([...path, key], `${key} together with ${first}`, `one of ${REQUESTS.join(', ')}`, { key: true });
  if (resource !== undefined) checkArguments(resource, [...path, 'resource'], scope, report);
  if ((first === 'resource' || first === 'list') && raw.arguments !== undefined)
    report(
      [...path, 'arguments'],
      `arguments of a ${first}`,
      first === 'list' ? 'a list without arguments' : 'what varies in the URI itself',
      { key: true },
    );
  if (first === 'prompt') {
    for (const [name, value] of Object.entries(args))
      if (typeof value !== 'string')
        report([...path, 'arguments', name], JSON.stringify(value), 'a text: arguments of prompts are texts');
  }
  if (first !== undefined && first !== 'tool' && (expect?.schema === true || expect?.error === true))
    report(
      [...path, 'expect'],
      `expect.${expect.schema === true ? 'schema' : 'error'} on a ${first}`,
      'text and json: only tools have an outputSchema and isError',
      { key: true },
    );
};

const checkStep = (
  step: StepFile,
  raw: Readonly<Record<string, unknown>>,
  path: TreePath,
  scope: Scope,
  report: Report,
): void => {
  const given = givenRequests(raw);
  if (given.length === 0 && step.think === undefined && !scope.incomplete)
    report(path, 'a step with neither tool nor think', `${REQUESTS.join(', ')}, or think: 200ms`);
  checkRequest(step, raw, path, scope, report);
  if (step.think !== undefined) {
    for (const key of [...REQUESTS, 'arguments', 'expect', 'cancel', 'save']) {
      if (raw[key] !== undefined)
        report([...path, key], `${key} together with think`, 'a pause of its own: { think: 200ms }', { key: true });
    }
  }
  checkArguments(step.arguments, [...path, 'arguments'], scope, report);
  for (const name of Object.keys(step.save)) {
    if (name === 'seq')
      report([...path, 'save', name], 'the name seq', 'another name: {{ seq }} is the index of the arrival', { key: true });
  }
};

const checkJourney = ({ path, value, raw, incomplete }: Part<CallFile>, scope: Scope, report: Report): void => {
  for (const key of ['arguments', 'expect', 'cancel']) {
    if (raw[key] !== undefined) report([...path, key], `${key} on a journey`, `${key} on its steps`, { key: true });
  }
  if (value.steps === undefined) {
    if (!incomplete) report(path, 'a journey without steps', 'steps: a list of { tool, arguments, save } and { think }');
    return;
  }
  if (value.steps.every((step) => requestNames(step).length === 0) && !incomplete)
    report([...path, 'steps'], 'steps that call no tool', 'at least one step with a tool');
  const saved: string[] = [];
  let unclearSaves = false;
  value.steps.forEach((step, index) => {
    const rawStep = (raw.steps as readonly Readonly<Record<string, unknown>>[])[index] ?? {};
    checkStep(step, rawStep, [...path, 'steps', index], { ...scope, saved, unclearSaves, incomplete }, report);
    // Names, though what they lead to may be wrong.
    if (typeof rawStep.save === 'object' && rawStep.save !== null && !Array.isArray(rawStep.save))
      saved.push(...Object.keys(rawStep.save));
    else if (rawStep.save !== undefined) unclearSaves = true;
  });
};

/** Calls and journeys: what they are, and that every template has what it asks for. */
export const checkCalls = ({ calls, names }: ScenarioParts, feeds: Readonly<Record<string, Feed>>, report: Report): void => {
  const scope: Scope = { feeds, feedNames: names.feeds, incomplete: false };
  const journeys = new Set<string>();
  for (const call of calls) {
    const { path, value, incomplete } = call;
    const [given] = givenRequests(call.raw);
    if (given !== undefined && call.raw.journey !== undefined) {
      report([...path, 'journey'], `journey together with ${given}`, `${given}, or journey with steps`, { key: true });
    } else if (call.raw.journey !== undefined) {
      if (value.journey !== undefined && journeys.has(value.journey))
        report(
          [...path, 'journey'],
          `the journey ${JSON.stringify(value.journey)} a second time`,
          'a name of its own for each journey',
        );
      if (value.journey !== undefined) journeys.add(value.journey);
      checkJourney(call, scope, report);
    } else if (given !== undefined) {
      if (value.steps !== undefined)
        report([...path, 'steps'], `steps together with ${given}`, 'steps belong to a journey', { key: true });
      checkRequest(value, call.raw, path, scope, report);
      checkArguments(value.arguments, [...path, 'arguments'], scope, report);
    } else if (!incomplete)
      report(path, 'an entry with neither tool nor journey', `${REQUESTS.join(', ')}, or journey with steps`);
  }
};
