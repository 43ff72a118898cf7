import { describe, expect, it } from 'vitest';
import { saturationSection } from '../../src/report/html/sections/saturation.js';
import type { ReportInput } from '../../src/report/report-input.js';
import { reportView } from '../../src/report/report-view.js';
import { PASSING, reportInputOf } from './example-runs.js';
import { SEARCHES, searchInput } from './made-search.js';

type Known = Readonly<Record<string, unknown>>;

/** The section of a run that drew no process, with the target and the facts given. */
async function shown(
  { analysis, ...judgement }: ReportInput,
  target: Known,
  { read = false, started = false, durationS = 30 } = {},
): Promise<string> {
  const { process: sampled, ...saturation } = analysis.result.saturation;
  const input: ReportInput = {
    ...judgement,
    analysis: {
      ...analysis,
      scenario: { ...analysis.scenario, target },
      series: {
        ...analysis.series,
        processCores: [],
        processRssBytes: [],
        processThreads: [],
        processDescriptors: [],
        health: {},
      },
      result: {
        ...analysis.result,
        health: [],
        saturation: { ...saturation, metrics: {}, ...(read && sampled !== undefined ? { process: sampled } : {}) },
        run: { ...analysis.result.run, durationS, target: { startedByPlimsoll: started } },
      },
    },
  };
  const body = String((await saturationSection(reportView(input)))?.body);
  return body
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll(' .', '.');
}

const URL = 'http://127.0.0.1:3001/mcp';
const NOT_READ = 'could not read its CPU and memory';
const NOT_OURS = 'plimsoll did not start it, and the scenario names no pid';

describe('what is said of the process of the server', () => {
  const run = reportInputOf(PASSING);

  it('is that it was not started here and has no pid, only where that is so', async () => {
    expect(await shown(run, { url: URL })).toContain(NOT_OURS);
    const others: readonly (readonly [Known, Parameters<typeof shown>[2]])[] = [
      [{ url: URL, pid: 4711 }, {}],
      [{ url: URL, server: { command: ['node', 'server.js'] } }, { started: true }],
      [{ command: ['node', 'server.js'] }, { started: true }],
      [
        { url: URL, server: { command: ['node', 'server.js'] } },
        { read: true, started: true },
      ],
      [{ url: URL }, { durationS: 0 }],
    ];
    for (const [target, facts] of others) expect(await shown(run, target, facts)).not.toContain(NOT_OURS);
  });

  it('is that it could not be read, where it was started here or has a pid', async () => {
    expect(await shown(run, { command: ['node', 'server.js'] }, { started: true })).toContain(
      `plimsoll started it, but ${NOT_READ}`,
    );
    expect(await shown(run, { url: URL, pid: 4711 })).toContain(
      'the scenario names its pid , but its CPU and memory could not be read',
    );
  });

  it('is what was read of it, where a search has no seconds to chart', async () => {
    const search = searchInput(SEARCHES.confirmed);
    const text = await shown(search, { url: URL, server: { command: ['node', 'server.js'] } }, { read: true, started: true });
    expect(text).toMatch(/The process of the server was sampled: CPU [\d.]+ cores on average/);
    expect(text).toContain('CPU and memory by trial are charted under');
    expect(text).not.toContain('not sampled');
  });

  it('and of probes and metrics, that the scenario names none, only where it names none', async () => {
    const none = await shown(run, { url: URL });
    expect(none).toContain('The scenario names no health probes.');
    expect(none).toContain('The scenario names no metrics page.');
    const named = await shown(run, { url: URL, health: { live: URL }, metrics: URL });
    expect(named).toContain('The health probes of the scenario did not run.');
    expect(named).toContain('Nothing was read from the metrics page of the scenario.');
    expect(named).not.toContain('names no health probes');
    expect(named).not.toContain('names no metrics page');
  });
});
