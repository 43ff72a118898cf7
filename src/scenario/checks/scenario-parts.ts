import type { z } from 'zod';
import type { Problem } from '../file/problem.js';
import { formatPath, locate, type Tree, type TreePath } from '../file/yaml-tree.js';
import { requestNames } from '../other-requests.js';
import { callSchema, feedSchema } from '../schema/calls-schema.js';
import { eventSchema } from '../schema/events-schema.js';
import { dependencySchema, faultSchema } from '../schema/faults-schema.js';
import { phaseSchema } from '../schema/load-schema.js';
import { type ScenarioFile, scenarioSchema } from '../schema/scenario-schema.js';
import { tenantSchema } from '../schema/tenants-schema.js';

/** A part of a file that is well formed by itself, with the path to it. */
export interface Part<T> {
  readonly path: TreePath;
  readonly value: T;
  /** As written: tells a key that was given from one that has its default. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Has keys that the grammar does not know: what it seems to lack may be one of those. */
  readonly misspelt: boolean;
}

export type FaultPart = Part<z.infer<typeof faultSchema>> & {
  /** Says when it is on. */
  readonly timed: boolean;
};

/**
 * The well-formed parts of a file that need not be well formed as a whole, so that a bad unit in one phase hides no missing feed in a
 * call: all problems are told at once. Names are taken from the raw file, well formed or not.
 */
export interface ScenarioParts {
  readonly target?: Part<ScenarioFile['target']>;
  readonly client?: Part<NonNullable<ScenarioFile['client']>>;
  readonly sessions?: Part<ScenarioFile['sessions']>;
  readonly tenants: readonly Part<z.infer<typeof tenantSchema>>[];
  readonly phases: readonly Part<z.infer<typeof phaseSchema>>[];
  readonly calls: readonly Part<z.infer<typeof callSchema>>[];
  readonly feeds: readonly (Part<z.infer<typeof feedSchema>> & { readonly name: string })[];
  readonly classify?: Part<ScenarioFile['classify']>;
  readonly dependencies: readonly (Part<z.infer<typeof dependencySchema>> & { readonly name: string })[];
  readonly faults: readonly FaultPart[];
  readonly events: readonly Part<z.infer<typeof eventSchema>>[];
  readonly slo?: Part<NonNullable<ScenarioFile['slo']>>;
  readonly baseline?: Part<NonNullable<ScenarioFile['baseline']>>;
  readonly capacity?: Part<NonNullable<ScenarioFile['capacity']>>;
  /** `capacity.under`, where that list is well formed. */
  readonly under?: readonly string[];
  /** Length of the load, when all phases are well formed. */
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

/** A value without the keys that a grammar does not know; undefined where it has none. */
const withoutUnknownKeys = (raw: unknown, issues: readonly z.core.$ZodIssue[]): unknown => {
  const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys');
  if (unknown.length === 0) return undefined;
  const known = structuredClone(raw);
  for (const { path, keys } of unknown) {
    const at = path.reduce<unknown>((value, key) => (value as Readonly<Record<PropertyKey, unknown>>)[key], known);
    for (const key of keys) delete (at as Record<string, unknown>)[key];
  }
  return known;
};

const part = <S extends z.ZodType>(schema: S, raw: unknown, path: TreePath): readonly Part<z.infer<S>>[] => {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return [{ path, value: parsed.data, raw: asMap(raw), misspelt: false }];
  const known = withoutUnknownKeys(raw, parsed.error.issues);
  const again = known === undefined ? undefined : schema.safeParse(known);
  return again?.success === true ? [{ path, value: again.data, raw: asMap(known), misspelt: true }] : [];
};

const list = <S extends z.ZodType>(schema: S, raw: unknown, path: TreePath): readonly Part<z.infer<S>>[] =>
  asList(raw).flatMap((item, index) => part(schema, item, [...path, index]));

const map = <S extends z.ZodType>(schema: S, raw: unknown, path: TreePath) =>
  Object.entries(asMap(raw)).flatMap(([name, item]) => part(schema, item, [...path, name]).map((found) => ({ ...found, name })));

/** A fault whose times are wrong is a part too: its recipe may be wrong as well. */
const faultParts = (raw: unknown): readonly FaultPart[] =>
  asList(raw).flatMap((fault, index): readonly FaultPart[] => {
    const path = ['faults', index];
    const [timed] = part(faultSchema, fault, path);
    if (timed !== undefined) return [{ ...timed, timed: true }];
    const [untimed] = part(faultSchema, { ...asMap(fault), at: '0s', for: '1s' }, path);
    return untimed === undefined ? [] : [{ ...untimed, raw: asMap(fault), timed: false }];
  });

export const scenarioParts = (data: Raw): ScenarioParts => {
  const { shape } = scenarioSchema;
  const load = asMap(data.load);
  const phases = list(phaseSchema, load.phases, ['load', 'phases']);
  const whole = phases.length > 0 && phases.length === asList(load.phases).length;
  const [target] = part(shape.target, data.target, ['target']);
  const [client] = part(shape.client.unwrap(), data.client, ['client']);
  const [sessions] = part(shape.sessions, data.sessions, ['sessions']);
  const [classify] = part(shape.classify, data.classify, ['classify']);
  const [slo] = part(shape.slo.unwrap(), data.slo, ['slo']);
  const [baseline] = part(shape.baseline.unwrap(), data.baseline, ['baseline']);
  const [capacity] = part(shape.capacity.unwrap(), data.capacity, ['capacity']);
  const under = shape.capacity.unwrap().shape.under.safeParse(asMap(data.capacity).under);
  return {
    ...(target && { target }),
    ...(client && { client }),
    ...(sessions && { sessions }),
    tenants: list(tenantSchema, data.tenants, ['tenants']),
    phases,
    calls: list(callSchema, data.calls, ['calls']),
    feeds: map(feedSchema, data.data, ['data']),
    ...(classify && { classify }),
    dependencies: map(dependencySchema, data.dependencies, ['dependencies']),
    faults: faultParts(data.faults),
    events: list(eventSchema, data.events, ['events']),
    ...(slo && { slo }),
    ...(baseline && { baseline }),
    ...(capacity && { capacity }),
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
