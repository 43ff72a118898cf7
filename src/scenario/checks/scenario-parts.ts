import type { z } from 'zod';
import type { Problem } from '../file/problem.js';
import { formatPath, locate, type Tree, type TreePath } from '../file/yaml-tree.js';
import { requestNames } from '../other-requests.js';
import { callSchema, classifyRuleSchema, feedSchema } from '../schema/calls-schema.js';
import { eventSchema } from '../schema/events-schema.js';
import { dependencySchema, faultSchema } from '../schema/faults-schema.js';
import { phaseSchema } from '../schema/load-schema.js';
import { type ScenarioFile, scenarioSchema } from '../schema/scenario-schema.js';
import { tenantSchema } from '../schema/tenants-schema.js';

/** As much of a part of a file as is well formed, with the path to it. */
export interface Part<T> {
  readonly path: TreePath;
  readonly value: T;
  /** As written: tells a key that was given from one that has its default. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Something in it is not as the grammar has it, so it was left out: what the part seems to lack may be that. */
  readonly incomplete: boolean;
  /** What was left out because its value is not of its type, by its path below the part (`elicitation.action`): its default says nothing. */
  readonly wrong: ReadonlySet<string>;
}

export type FaultPart = Part<z.infer<typeof faultSchema>> & {
  /** Says when it is on. */
  readonly timed: boolean;
};

/**
 * The parts of a file that need not be well formed as a whole, each without what is not of its type, so that a bad unit in one phase hides
 * neither a missing feed in a call nor a second name in the same phase: all problems are told at once. Names are taken from the raw file,
 * well formed or not.
 */
export interface ScenarioParts {
  readonly target?: Part<ScenarioFile['target']>;
  readonly client?: Part<NonNullable<ScenarioFile['client']>>;
  readonly sessions?: Part<ScenarioFile['sessions']>;
  readonly tenants: readonly Part<z.infer<typeof tenantSchema>>[];
  readonly phases: readonly Part<z.infer<typeof phaseSchema>>[];
  readonly calls: readonly Part<z.infer<typeof callSchema>>[];
  readonly feeds: readonly (Part<z.infer<typeof feedSchema>> & { readonly name: string })[];
  readonly classify: readonly Part<z.infer<typeof classifyRuleSchema>>[];
  readonly dependencies: readonly (Part<z.infer<typeof dependencySchema>> & { readonly name: string })[];
  readonly faults: readonly FaultPart[];
  readonly events: readonly Part<z.infer<typeof eventSchema>>[];
  readonly slo?: Part<NonNullable<ScenarioFile['slo']>>;
  readonly baseline?: Part<NonNullable<ScenarioFile['baseline']>>;
  readonly capacity?: Part<NonNullable<ScenarioFile['capacity']>>;
  readonly gate?: Part<NonNullable<ScenarioFile['gate']>>;
  /** `capacity.under`, where that list is well formed. */
  readonly under?: readonly string[];
  /** Length of the load, when all phases say how long they last. */
  readonly loadMs?: number;
  readonly names: {
    readonly tools: readonly string[];
    readonly phases: readonly string[];
    readonly dependencies: readonly string[];
    readonly feeds: readonly string[];
  };
}

/** Adds a problem at a path of the file. `key` points at the key instead of its value; `needle` at a text inside the value. */
export type Report = (
  path: TreePath,
  found: string,
  accepted: string,
  more?: { readonly hint?: string | undefined; readonly key?: boolean; readonly needle?: string },
) => void;

export const reporter =
  (tree: Tree, problems: Problem[]): Report =>
  (path, found, accepted, { hint, key = false, needle } = {}) => {
    const at = locate(tree, path);
    const offset = needle !== undefined && at.tree.kind === 'scalar' ? at.tree.source.indexOf(needle) : -1;
    const place = offset >= 0 && at.tree.kind === 'scalar' ? at.tree.at(offset) : key ? at.keyPlace : at.tree.place;
    problems.push({ place, path: formatPath(path), found, accepted, ...(hint === undefined ? {} : { hint }) });
  };

type Raw = Readonly<Record<string, unknown>>;

const asMap = (value: unknown): Raw =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Raw) : {};
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown, key: string): readonly string[] => {
  const text = asMap(value)[key];
  return typeof text === 'string' ? [text] : [];
};

/** Values for the keys that a part must have, in place of those that are not of their type. */
type StandIns = (path: TreePath) => Raw;

/** Where an element of a list is wrong the list goes: the paths of its other elements would change. */
const withoutIndex = (path: readonly PropertyKey[]): readonly PropertyKey[] =>
  path.slice(0, path.findLastIndex((key) => typeof key === 'string') + 1);

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key], value);

/** Keys below keys: what is taken out at each turn is gone for good, so this many are enough. */
const MOST_TURNS = 20;

/**
 * A value as the grammar takes it: without the keys that the grammar does not know, and without what is not of its type. Where a key must be
 * there a stand-in takes its place, or all that it belongs to goes.
 */
const part = <S extends z.ZodType>(
  schema: S,
  raw: unknown,
  path: TreePath,
  standIns: StandIns = () => ({}),
): readonly Part<z.infer<S>>[] => {
  const first = schema.safeParse(raw);
  const written = asMap(raw);
  if (first.success) return [{ path, value: first.data, raw: written, incomplete: false, wrong: new Set() }];
  if (written !== raw) return [];
  const known = structuredClone(written) as Record<PropertyKey, unknown>;
  const standIn = standIns(path);
  const wrong = new Set<string>();
  let issues = first.error.issues;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    for (const issue of issues) {
      if (issue.code === 'unrecognized_keys') {
        const at = valueAt(known, issue.path) as Record<string, unknown> | undefined;
        for (const key of issue.keys) delete at?.[key];
        continue;
      }
      const there = valueAt(known, issue.path) !== undefined;
      const away = withoutIndex(there ? issue.path : issue.path.length === 1 ? issue.path : issue.path.slice(0, -1));
      const key = away.at(-1);
      if (key === undefined) return [];
      wrong.add(away.join('.'));
      const parent = valueAt(known, away.slice(0, -1)) as Record<PropertyKey, unknown> | undefined;
      if (away.length === 1 && typeof key === 'string' && standIn[key] !== undefined) known[key] = standIn[key];
      else delete parent?.[key];
    }
    const again = schema.safeParse(known);
    if (again.success) return [{ path, value: again.data, raw: written, incomplete: true, wrong }];
    issues = again.error.issues;
  }
  return [];
};

const list = <S extends z.ZodType>(schema: S, raw: unknown, path: TreePath, standIns?: StandIns): readonly Part<z.infer<S>>[] =>
  asList(raw).flatMap((item, index) => part(schema, item, [...path, index], standIns));

const map = <S extends z.ZodType>(schema: S, raw: unknown, path: TreePath, standIns?: StandIns) =>
  Object.entries(asMap(raw)).flatMap(([name, item]) =>
    part(schema, item, [...path, name], standIns).map((found) => ({ ...found, name })),
  );

/** A name that no other part has, so that none is the second of its name. */
const ownName = (path: TreePath): string => path.join('.');

const STAND_INS = {
  phase: (path) => ({ name: ownName(path), for: '1s' }),
  tenant: (path) => ({ name: ownName(path) }),
  dependency: () => ({ listen: '127.0.0.1:1', upstream: '127.0.0.1:2' }),
  fault: (path) => ({ dependency: ownName(path), at: '0s', for: '1s' }),
  event: (path) => ({ name: ownName(path), at: '0s', run: ['true'] }),
  rule: () => ({ when: {}, as: 'tool-error' }),
} as const satisfies Readonly<Record<string, StandIns>>;

const faultParts = (raw: unknown): readonly FaultPart[] =>
  list(faultSchema, raw, ['faults'], STAND_INS.fault).map((fault) => ({
    ...fault,
    timed: !fault.wrong.has('at') && !fault.wrong.has('for'),
  }));

export const scenarioParts = (data: Raw): ScenarioParts => {
  const { shape } = scenarioSchema;
  const load = asMap(data.load);
  const phases = list(phaseSchema, load.phases, ['load', 'phases'], STAND_INS.phase);
  const whole =
    phases.length > 0 && phases.length === asList(load.phases).length && phases.every(({ wrong }) => !wrong.has('for'));
  const [target] = part(shape.target, data.target, ['target']);
  const [client] = part(shape.client.unwrap(), data.client, ['client']);
  const [sessions] = part(shape.sessions, data.sessions, ['sessions']);
  const [slo] = part(shape.slo.unwrap(), data.slo, ['slo']);
  const [baseline] = part(shape.baseline.unwrap(), data.baseline, ['baseline']);
  const [capacity] = part(shape.capacity.unwrap(), data.capacity, ['capacity']);
  const [gate] = part(shape.gate.unwrap(), data.gate, ['gate']);
  const under = shape.capacity.unwrap().shape.under.safeParse(asMap(data.capacity).under);
  return {
    ...(target && { target }),
    ...(client && { client }),
    ...(sessions && { sessions }),
    tenants: list(tenantSchema, data.tenants, ['tenants'], STAND_INS.tenant),
    phases,
    calls: list(callSchema, data.calls, ['calls']),
    feeds: map(feedSchema, data.data, ['data']),
    classify: list(classifyRuleSchema, data.classify, ['classify'], STAND_INS.rule),
    dependencies: map(dependencySchema, data.dependencies, ['dependencies'], STAND_INS.dependency),
    faults: faultParts(data.faults),
    events: list(eventSchema, data.events, ['events'], STAND_INS.event),
    ...(slo && { slo }),
    ...(baseline && { baseline }),
    ...(capacity && { capacity }),
    ...(gate && { gate }),
    ...(under.success && { under: under.data }),
    ...(whole && { loadMs: phases.reduce((sum, { value }) => sum + value.for, 0) }),
    names: {
      tools: asList(data.calls).flatMap((call) => [
        ...requestNames(asMap(call)),
        ...asList(asMap(call).steps).flatMap((step) => requestNames(asMap(step))),
      ]),
      phases: asList(load.phases).flatMap((phase) => textOf(phase, 'name')),
      dependencies: Object.keys(asMap(data.dependencies)),
      feeds: Object.keys(asMap(data.data)),
    },
  };
};
