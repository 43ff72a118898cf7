import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SearchPlan } from '../../src/capacity/search-plan.js';
import type { SizingFigures } from '../../src/capacity/sizing-figures.js';
import { capacityParts } from '../../src/cli/capacity/capacity-parts.js';
import { performCapacity } from '../../src/cli/capacity/perform-capacity.js';
import type { Result } from '../../src/measure/result.js';
import { parseScenario } from '../../src/scenario/parse-scenario.js';
import { fixture, plimsoll, startPlimsoll, startServer, temporaryFolder } from './plimsoll.js';
import { scenarioFile } from './scenario-file.js';

/** As short as a search can be that still doubles, bisects and soaks. */
const plan: SearchPlan = {
  budgetS: 60,
  warmUpCapS: 3,
  width: 1.6,
  soakS: 4,
  coarseS: 2,
  fineS: 2,
  votes: 1,
  label: 'a test',
};

const slots = (...args: readonly string[]): Promise<number> =>
  startServer([process.execPath, fixture('slot-server.js'), '--slots', '4', '--ms', '20', ...args]);

const scenarioText = (port: number): string => `
plimsoll: 1
name: slots
target: { url: "http://127.0.0.1:${port}/mcp", protocol: legacy }
sessions: { count: 2 }
load: { arrivals: poisson, timeout: 3s, phases: [ { name: steady, rate: 20/s, for: 5s } ] }
calls: [ { tool: work, arguments: {} } ]
slo: { p95: 80ms }
`;

async function searchShortly(port: number) {
  const out = join(temporaryFolder(), 'run');
  const loaded = parseScenario(scenarioText(port), {
    fileName: 's.yaml',
    folder: '.',
    env: {},
    files: { read: () => '', exists: () => false },
  });
  const lines: string[] = [];
  const startedMs = performance.now();
  const finished = await performCapacity(
    {
      loaded,
      searches: [{ under: 'none' }],
      plan,
      sweepS: 0,
      start: { plan, startRate: 50, arrivals: 'poisson', instances: 1, law: false },
      version: 'test',
      labels: {},
      out,
      toxiproxy: 'embedded',
      stop: new AbortController().signal,
    },
    { ...capacityParts, calibrate: async () => undefined },
    {
      onFolder: () => {},
      onStep: (text) => void lines.push(text),
      onNote: (_, text) => void lines.push(text),
      onTrial: ({ purpose, offeredRate }, verdict) => void lines.push(`${purpose} ${offeredRate} ${verdict?.outcome}`),
      onPoint: () => {},
      onLevel: () => {},
      onSearchEnd: (_, ending, reason) => void lines.push(`${ending}: ${reason}`),
    },
  );
  return { finished, out, lines, tookS: (performance.now() - startedMs) / 1000 };
}

describe('plimsoll capacity', () => {
  it('brackets a server of four slots of 20 ms, keeps to its budget, and can report it again from the journal alone', async () => {
    const { finished, out, lines, tookS } = await searchShortly(await slots());
    const { capacity, verdict, run, totals } = finished.result;
    const said = lines.join('\n');
    // Opening, a budget of 60 s, reports.
    expect(tookS, said).toBeLessThan(80);
    expect(capacity?.healthy?.tookS).toBeLessThanOrEqual(60.5);
    expect(run.end).toBe('completed');
    expect(totals.offered).toBeGreaterThan(100);
    const trials = capacity?.healthy?.trials ?? [];
    expect(trials[0]?.purpose).toBe('warm-up');
    // A machine that is busy with other things makes the generator late: then nothing of the server is proved, and that is said.
    const late = trials.some(({ outcome }) => outcome === 'invalid');
    if (!late) {
      const failed = trials.filter(({ outcome, purpose }) => outcome === 'fail' && purpose !== 'warm-up');
      expect(failed.length, said).toBeGreaterThan(0);
      // 4 slots of 20 ms are 200/s at the very most; half of that is easy.
      expect(Math.min(...failed.map(({ offeredRate }) => offeredRate)), said).toBeGreaterThan(100);
      expect(capacity?.healthy?.interval.confirmedPass ?? 100, said).toBeLessThan(220);
      expect(verdict.checks[0]?.name).toBe('capacity under none');
    }
    // The signals of a search are those of its soak: other trials were overloads on purpose.
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page.includes('The soak that confirmed the capacity')).toBe(capacity?.healthy?.interval.confirmedPass !== undefined);
    const before = readFileSync(join(out, 'result.json'), 'utf8');
    const again = await plimsoll(['report', out, '--json']);
    expect(again.code, again.stderr).toBe(verdict.exitCode);
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(before));
    const found = capacity?.healthy?.interval.confirmedPass ?? capacity?.healthy?.estimate?.low;
    const sized = await plimsoll(['size', out, '--peak', '2000/s', '--zones', '3', '--json']);
    expect(sized.code, sized.stderr).toBe(found === undefined ? 2 : 0);
    if (found === undefined) return;
    const sizing = JSON.parse(sized.stdout) as SizingFigures;
    // 70 % of what one carries, or fewer; zones and losses may ask for more.
    expect(sizing.instances).toBeGreaterThanOrEqual(Math.ceil(2000 / (0.7 * found)));
    expect(sizing.inputs.find(({ name }) => name === 'measured.confirmed')?.source).toBe('measured');
  });

  it('says what it will do, and reports the trials that were done when the user stops it: exit 130', async () => {
    const port = await slots();
    const out = join(temporaryFolder(), 'run');
    const file = scenarioFile({
      url: `http://127.0.0.1:${port}/mcp`,
      more: { calls: [{ tool: 'work', arguments: {} }], slo: { p95: '80ms' } },
    });
    const running = startPlimsoll(['capacity', file, '--budget', '2m', '--start', '50/s', '--out', out]);
    await running.says(/warm-up .* done/);
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect(code, stderr).toBe(130);
    expect(stderr.split('\n')[0]).toBe('at most 2 min of load: none 2 min');
    expect(stderr).toContain('estimate ±25 %');
    expect(stdout).toContain('stopped by the user');
    const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
    expect(result.capacity?.healthy).toMatchObject({ ending: 'interrupted', trials: [{ purpose: 'warm-up' }, {}] });
  });

  it('refuses what makes no sense before any load', async () => {
    const file = scenarioFile({ url: 'http://127.0.0.1:9/mcp' });
    const wrong = async (...flags: readonly string[]) => {
      const { code, stderr } = await plimsoll(['capacity', file, ...flags]);
      expect(code, stderr).toBe(2);
      return stderr;
    };
    expect(await wrong('--budget', '3m')).toContain('capacity.budget');
    expect(await wrong('--under', 'slow-dependency@nowhere')).toContain('capacity.under');
    expect(await wrong('--under', 'none,none')).toContain('stands there twice');
  });
});
