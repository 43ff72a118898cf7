import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../src/journal/journal-entry.js';
import type { StartEntry } from '../../../src/journal/start-entry.js';
import type { FinishedRun } from '../../../src/run/finish-run.js';
import type { GateParts } from '../../../src/run/gate/gate-request.js';
import { orderedGate } from '../../../src/run/gate/ordered-gate.js';
import type { NamedBuilds } from '../../../src/run/gate/playable-gate.js';
import { isBaselineFile } from '../../../src/run/gate/stored-gate.js';
import type { Scenario } from '../../../src/scenario/scenario.js';
import { idleEnvironment } from '../../environment/idle-environment.js';
import { scratchFolder } from '../../fixtures/scratch-folder.js';
import { baselineRun, baselineWith } from '../../judge/made-baseline.js';
import { minimal, parse } from '../../scenario/minimal.js';

let place: string;
let file: string;
beforeEach(() => {
  place = scratchFolder('stored');
  file = join(place, 'orders.json');
});

/** Saves a baseline of so many days. */
function save(days: number): void {
  const runs = Array.from({ length: days }, (_, at) => baselineRun(at, { p95Us: 100_000 + 1000 * (at % 3) }));
  writeFileSync(file, JSON.stringify(baselineWith(runs)));
}

const sessionOf = (gate: string) => ({
  loaded: parse(minimal({ ...(gate === '' ? {} : { gate }), target: '{ url: "http://127.0.0.1:1/mcp" }' }), {
    files: { read: () => '', exists: () => true },
  }),
  version: '9.9.9',
  labels: {},
  out: join(place, 'run'),
  toxiproxy: 'embedded',
});
const ordered = (gate: string, named: NamedBuilds) => orderedGate(sessionOf(gate), named, []);

/** A miss that only warns, another machine, and what is no warning. */
const CHECKS = [
  {
    name: 'baseline: p95',
    source: 'baseline',
    metric: 'p95',
    outcome: 'not-applicable',
    evidence: 'slow; a warning alone: few runs',
    warning: true,
  },
  {
    name: 'baseline: machine',
    source: 'baseline',
    metric: 'machine',
    outcome: 'not-applicable',
    evidence: 'cores differ',
    warning: true,
  },
  { name: 'baseline: throughput', source: 'baseline', metric: 'throughput', outcome: 'not-applicable', evidence: '50/s offered' },
  { name: 'baseline: p50', source: 'baseline', metric: 'p50', outcome: 'pass', evidence: 'fast' },
];

/** Plays it without a socket; what was opened and written. */
async function play(gate: string, named: NamedBuilds) {
  const opened: Scenario[] = [];
  const entries: JournalEntry[] = [];
  const steps: string[] = [];
  const notes: string[] = [];
  const parts: GateParts = {
    openEnvironment: async (scenario) => {
      opened.push(scenario);
      return idleEnvironment();
    },
    openJournal: () => ({ write: (entry) => void entries.push(entry), failed: new Promise(() => {}), close: async () => {} }),
    watchQuiet: () => {
      throw new Error('nobody asked for quiet');
    },
    finish: async (folder) => ({ folder, exitCode: 0, result: { verdict: { checks: CHECKS } } }) as unknown as FinishedRun,
    nowMs: () => 0,
    pause: async () => {},
  };
  await ordered(gate, named).perform(new AbortController().signal, parts, {
    onStep: (text) => steps.push(text),
    onNote: (level, text) => notes.push(`${level}: ${text}`),
  });
  return { opened, start: entries[0] as StartEntry, steps, notes };
}

describe('a gate against saved runs', () => {
  it('is one run of the candidate, judged by what they predict', async () => {
    save(10);
    const { opened, start, steps } = await play('', { baseline: file, candidate: 'http://127.0.0.1:2/mcp' });
    expect(opened.map(({ target }) => target.urls)).toEqual([['http://127.0.0.1:2/mcp']]);
    expect(start.baseline).toMatchObject({ stored: true, source: 'orders.json', predicted: { runs: 10, sittings: 10 } });
    expect(start).not.toHaveProperty('gate');
    expect(start.timeline.map(({ name }) => name)).toEqual(['a']);
    expect(steps).toContain('one run against what 10 runs of 10 sittings in orders.json predict');
  });

  it('takes the file from the scenario, and says what too few runs are', async () => {
    save(3);
    const { opened, start, steps } = await play(`{ mode: stored, baseline: { file: ${JSON.stringify(file)} } }`, {});
    expect(opened.map(({ target }) => target.urls)).toEqual([['http://127.0.0.1:1/mcp']]);
    expect(start.baseline).not.toHaveProperty('predicted');
    expect(steps).toContain('one run against 3 runs of orders.json: worse is a warning; from 10 runs of 5 sittings on it fails');
  });

  it('warns of what is worse and fails nothing', async () => {
    save(3);
    const { notes } = await play('', { baseline: file });
    expect(notes).toEqual([
      'warning: baseline: p95: slow; a warning alone: few runs',
      'warning: baseline: machine: cores differ',
    ]);
  });

  it('loads no host that nobody named', async () => {
    save(3);
    await expect(play('', { baseline: file, candidate: 'http://orders.example/mcp' })).rejects.toThrow(
      /refusing to load orders\.example/,
    );
  });

  it.each<[string, string, () => NamedBuilds, RegExp]>([
    ['a file that is not there', '', () => ({ baseline: join(place, 'none.json') }), /cannot read the baseline .*none\.json/],
    ['no file', '{ mode: stored }', () => ({}), /gate\.mode: stored compares with saved runs, and no baseline file is named/],
    ['a build', '{ mode: stored }', () => ({ baseline: 'git:main' }), /gate\.mode: stored compares with saved runs/],
    ['a file and itself', '', () => ({ baseline: file, self: true }), /--self: found the baseline file/],
  ])('has one clear error for %s', (_, gate, named, message) => {
    save(3);
    expect(() => ordered(gate, named())).toThrow(message);
    expect(() => ordered(gate, named())).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it('tells a baseline file from a build', () => {
    save(3);
    mkdirSync(join(place, 'folder.json'));
    const told = [file, join(place, 'none.json'), join(place, 'folder.json'), place, 'git:x.json', 'http://a/x.json'];
    expect(told.map(isBaselineFile)).toEqual([true, true, false, false, false, false]);
  });
});
