import { describe, expect, it } from 'vitest';
import { ScenarioProblems } from '../../src/scenario/file/problem.js';
import { planOf } from '../../src/scenario/plan/plan.js';
import { renderPlan } from '../../src/scenario/plan/plan-text.js';
import { minimal, parse } from './minimal.js';

const messagesOf = (events: string): readonly string[] => {
  try {
    parse(minimal({ events }));
  } catch (error) {
    if (error instanceof ScenarioProblems)
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
};

describe('events', () => {
  it('start in the folder of the scenario file, with a minute to end, unless they say otherwise', () => {
    const { scenario } = parse(
      minimal({
        events:
          '[{ name: restart, at: 4s, run: [./restart.sh, 3] }, { name: scale, at: 5s, run: [kubectl, scale], cwd: ../ops, timeout: 20s }]',
      }),
    );
    expect(scenario.events).toEqual([
      { name: 'restart', atMs: 4000, command: ['./restart.sh', '3'], cwd: '/s', timeoutMs: 60_000 },
      { name: 'scale', atMs: 5000, command: ['kubectl', 'scale'], cwd: '/ops', timeoutMs: 20_000 },
    ]);
  });

  it('are absent where the file has none', () => {
    expect(parse(minimal()).scenario.events).toBeUndefined();
    expect(parse(minimal({ events: '[]' })).scenario.events).toBeUndefined();
  });

  it.each([
    [
      'a key that is not theirs',
      '[{ name: a, at: 1s, run: [x], command: [y] }]',
      /^s\.yaml:6:\d+ {2}events\.0\.command {2}found unknown key "command"/,
    ],
    ['no name', '[{ at: 1s, run: [x] }]', /events\.0\.name .*accepted: a name/],
    [
      'a name that is no name',
      '[{ name: "a b", at: 1s, run: [x] }]',
      /events\.0\.name {2}found "a b", accepted: a name of letters/,
    ],
    [
      'a line for a shell',
      '[{ name: a, at: 1s, run: kubectl scale }]',
      /events\.0\.run {2}found "kubectl scale", accepted: a list/,
    ],
    ['nothing to run', '[{ name: a, at: 1s, run: [] }]', /events\.0\.run .*accepted: a list with at least the program/],
    [
      'a bare number as its time',
      '[{ name: a, at: 4, run: [x] }]',
      /events\.0\.at {2}found the number 4, accepted: a duration .*write 4ms or 4s/,
    ],
    [
      'a time after the load',
      '[{ name: a, at: 10s, run: [x] }]',
      /events\.0\.at {2}found 10s, accepted: a time before the load ends at 10s/,
    ],
    [
      'no time to end in',
      '[{ name: a, at: 1s, run: [x], timeout: 0s }]',
      /events\.0\.timeout {2}found "0s", accepted: a duration .*above 0/,
    ],
    [
      'two of one name',
      '[{ name: a, at: 1s, run: [x] }, { name: a, at: 2s, run: [x] }]',
      /events\.1\.name {2}found the name "a" a second time.*events\.0/,
    ],
  ])('refuse %s, at its place', (_, events, message) => {
    const messages = messagesOf(events);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(message);
  });

  it('belong to the workload: another command is another hash, and none leaves the hash alone', () => {
    const hash = (events: string) => parse(minimal({ events })).hash;
    expect(hash('[]')).toBe(parse(minimal()).hash);
    expect(hash('[{ name: a, at: 1s, run: [x] }]')).not.toBe(hash('[]'));
    expect(hash('[{ name: a, at: 1s, run: [x] }]')).not.toBe(hash('[{ name: a, at: 1s, run: [y] }]'));
    expect(hash('[{ name: a, at: 1s, run: [x] }]')).not.toBe(hash('[{ name: a, at: 2s, run: [x] }]'));
  });

  it('hide what options and variables name as secret', () => {
    const events = '[{ name: a, at: 1s, run: [deploy, --token, tok-abcdefgh, "--password=pw-12345678", "${secret:KEY}"] }]';
    const { redacted, redactedYaml, redactor, scenario } = parse(minimal({ events }), { env: { KEY: 'key-87654321' } });
    expect(redacted.events).toEqual([{ name: 'a', at: '1s', run: ['deploy', '--token', '***', '--password=***', '***'] }]);
    expect(scenario.events?.[0]?.command).toContain('key-87654321');
    const shown = redactor.redact(renderPlan(planOf(scenario)));
    for (const secret of ['tok-abcdefgh', 'pw-12345678', 'key-87654321']) expect(redactedYaml + shown).not.toContain(secret);
  });

  it('stand in the plan beside the faults', () => {
    const { scenario } = parse(
      minimal({
        events: '[{ name: rolling-update, at: 4s, run: [kubectl, rollout, restart, deploy/orders] }]',
        dependencies: '{ pg: { listen: "127.0.0.1:15432", upstream: "127.0.0.1:5432" } }',
        faults: '[{ dependency: pg, inject: slow-dependency, at: 2s, for: 3s, with: { latency: 200ms } }]',
      }),
    );
    const plan = renderPlan(planOf(scenario));
    expect(plan).toMatch(/Faults\n {2}2 s to 5 s {2}slow-dependency {2}on pg, latency 200ms\n/);
    expect(plan).toMatch(
      /Events \(commands of your own\)\n {2}at 4 s {2}rolling-update {2}kubectl rollout restart deploy\/orders\n/,
    );
  });
});
