import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ScenarioProblems } from '../../src/scenario/file/problem.js';
import { nodeFiles } from '../../src/scenario/reading/load-scenario.js';
import { minimal, parse, problemsOf } from './minimal.js';

/** Each problem by line and path, in the order in which it is listed. */
const listed = (text: string): readonly string[] =>
  problemsOf(text, { files: nodeFiles, folder: '/' })
    .split('\n')
    .slice(1)
    .map((line) => /s\.yaml:(\d+):\d+ {2}(\S+)/.exec(line)?.slice(1).join(' ') ?? line);

const WRONG = `plimsoll: 1
name: s
target: { url: "http://127.0.0.1:1/mcp", transprot: sse }
load: { phases: [{ name: a, rate: 10/s, for: 10s, warmup: true }, { name: a, rate: 10/s, for: 10s }] }
calls:
  - { tool: echo, weigth: 2, arguments: { x: "{{ peple.id }}" } }
dependencies:
  db: { listen: "127.0.0.1:15432", upstream: "127.0.0.1:15432", tools: [echo], maxConections: 4 }
faults:
  - { dependency: bd, inject: slow-dependancy, at: 1s, for: 1s }
  - { dependency: db, inject: slow-dependency, with: { latncy: 1s }, at: 1 }
  - { dependency: db, toxics: [{ type: latency, attributes: { jiter: 1 } }], at: 1s, for: 1s, fr: 2s }
recovery: { whithin: 10s }
events:
  - { name: e, at: 1s, run: [no-such-program], cdw: x }
slo: { p95: 400ms, tools: { eco: { p95: 1s } } }
capacity:
  peek: 100/s
  start: 10
  under: [none, very-slo@db, slow-dependency@bd, none]
  utilisation: 95%
`;

describe('a scenario file with everything wrong', () => {
  it('has all its problems listed in one round, each at its place', () => {
    expect(listed(WRONG)).toEqual([
      '3 target.transprot',
      '4 load.phases.0.warmup',
      '4 load.phases.1.name',
      '6 calls.0.weigth',
      '6 calls.0.arguments.x',
      '8 dependencies.db.upstream',
      '8 dependencies.db.maxConections',
      '10 faults.0.dependency',
      '10 faults.0.inject',
      '11 faults.1.for',
      '11 faults.1.with.latncy',
      '11 faults.1.at',
      '12 faults.2.toxics.0.attributes.jiter',
      '12 faults.2.fr',
      '13 recovery.whithin',
      '15 events.0.run.0',
      '15 events.0.cdw',
      '16 slo.tools.eco',
      '18 capacity.peek',
      '19 capacity.start',
      '20 capacity.under.1',
      '20 capacity.under.2',
      '20 capacity.under.3',
      '21 capacity.utilisation',
    ]);
  });

  it('has no problem that is only the echo of another', () => {
    expect(
      listed(WRONG.replace('{ dependency: bd, inject: slow-dependancy', '{ dependency: db, injcet: slow-dependency')),
    ).not.toContain('10 faults.0');
  });
});

const ILL_TYPED = `plimsoll: 1
name: s
target: { url: "http://127.0.0.1:1/mcp", protocol: newest, auth: { bearer: abc def }, allow: ["http://x/"], headers: { "bad name": x } }
load: { phases: [{ name: fault, rate: fast, for: 10s }, { name: b, rate: 10/s, users: 3, for: 10 }] }
calls:
  - { tool: echo, weight: heavy, arguments: { x: "{{ peple.id }}" } }
  - { tool: 5, arguments: { x: "{{ nobody.id }}" } }
  - { journey: j, weight: heavy, steps: [{ tool: echo, save: { a: 5 } }, { think: long }, { tool: echo, arguments: { x: "{{ a }} {{ c }}" } }] }
data: { people: { order: 5, file: none.csv } }
tenants:
  - { name: t, weight: much, rate: 1/s }
  - { name: t, weight: 1, slo: { p95: soon } }
dependencies:
  db: { listen: "127.0.0.1:15432", upstream: "127.0.0.1:15432", maxConnections: many }
faults:
  - { dependency: bd, inject: slow-dependancy, at: 1, for: 1s }
events:
  - { name: e, at: 1s, run: [no-such-program], timeout: never }
classify:
  - { when: {}, as: nothing-known }
slo: { p95: 400, tools: { eco: { p95: 1s } }, during: { sunday: { p95: 1s } } }
capacity:
  peak: 5
  zones: 2
  survive: { zones: 2 }
`;

describe('a scenario file with a value of a wrong type in each part', () => {
  it('has the rest of each part checked in the same round', () => {
    expect(listed(ILL_TYPED)).toEqual([
      '3 target.protocol',
      '3 target.auth.bearer',
      '3 target.allow.0',
      '3 target.headers."bad',
      '4 load.phases.0.name',
      '4 load.phases.0.rate',
      '4 load.phases.1.users',
      '4 load.phases.1.for',
      '6 calls.0.weight',
      '6 calls.0.arguments.x',
      '7 calls.1.tool',
      '7 calls.1.arguments.x',
      '8 calls.2.weight',
      '8 calls.2.steps.0.save.a',
      '8 calls.2.steps.1.think',
      '8 calls.2.steps.2.arguments.x',
      '9 data.people.order',
      '9 data.people.file',
      '11 tenants.0.weight',
      '12 tenants.1.name',
      '12 tenants.1.slo.p95',
      '14 dependencies.db.upstream',
      '14 dependencies.db.maxConnections',
      '16 faults.0.dependency',
      '16 faults.0.inject',
      '16 faults.0.at',
      '18 events.0.run.0',
      '18 events.0.timeout',
      '20 classify.0.when',
      '20 classify.0.as',
      '21 slo.p95',
      '21 slo.tools.eco',
      '21 slo.during.sunday',
      '23 capacity.peak',
      '25 capacity.survive.zones',
    ]);
  });
});

/** Where problems of a file are. */
const pathsOf = (text: string, set: readonly string[]): readonly string[] => {
  try {
    parse(text, { set, files: { read: () => '', exists: () => true } });
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioProblems)) throw error;
    return error.problems.map(({ path }) => path);
  }
};

/** Paths of all values that are neither maps nor lists, in the spelling of `--set`. */
const leavesOf = (value: unknown, path = ''): readonly string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path === '' ? key : `${path}.${key}`))
    : [path];

describe('one value of a wrong type', () => {
  const text = readFileSync(new URL('contract/complete.yaml', import.meta.url), 'utf8');
  const leaves = leavesOf(parse(text, { files: { read: () => '', exists: () => true } }).written).filter(
    (path) => !/[" ]/.test(path),
  );

  it.each(leaves)('%s makes no other problem', (leaf) => {
    for (const wrong of ['[[]]', '"-"']) {
      // Of a value in a list the whole list may be what is refused.
      const other = pathsOf(text, [`${leaf}=${wrong}`]).filter(
        (path) => !`${path}.`.startsWith(`${leaf}.`) && !leaf.startsWith(`${path}.`),
      );
      expect(other, wrong).toEqual([]);
    }
  });

  it.each([
    [
      'a transport, beside a command',
      { target: '{ transport: studio, command: [node, server.js], env: { A: b } }' },
      ['target.transport'],
    ],
    [
      'whether a phase is warm-up, beside tenants with rates',
      {
        tenants: '[{ name: t, rate: 50/s }]',
        load: '{ phases: [{ name: a, rate: 10/s, for: 10s, warmUp: 5 }, { name: b, rate: 50/s, for: 10s }] }',
      },
      ['load.phases.0.warmUp'],
    ],
    ['the number of zones', { capacity: '{ peak: 10/s, zones: many, survive: { zones: 3 } }' }, ['capacity.zones']],
    ['an action, beside content', { client: '{ elicitation: { action: 5, content: { a: 1 } } }' }, ['client.elicitation.action']],
    ['what a fault is done to', { faults: '[{ dependency: 5, inject: refused, at: 1s, for: 1s }]' }, ['faults.0.dependency']],
    [
      'names that a step saves',
      { calls: '[{ journey: j, steps: [{ tool: echo, save: [a] }, { tool: echo, arguments: { x: "{{ a }}" } }] }]' },
      ['calls.0.steps.0.save'],
    ],
  ])('%s: its default is not held against the rest', (_, parts, paths) => {
    expect(pathsOf(minimal(parts), [])).toEqual(paths);
  });

  it('is mostly a problem', () => {
    expect(leaves.filter((leaf) => pathsOf(text, [`${leaf}=[[]]`]).length > 0).length).toBeGreaterThan(0.9 * leaves.length);
  });
});
