import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/scenario/load-scenario.js';
import { problemsOf } from './minimal.js';

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
    ]);
  });

  it('has no problem that is only the echo of another', () => {
    expect(
      listed(WRONG.replace('{ dependency: bd, inject: slow-dependancy', '{ dependency: db, injcet: slow-dependency')),
    ).not.toContain('10 faults.0');
  });
});
