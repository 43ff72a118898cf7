import { beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import { planCalls } from '../../src/load/call-plan.js';
import { CellTable } from '../../src/load/cell-table.js';
import { renderGithubAnnotations } from '../../src/report/github.js';
import { renderReport } from '../../src/report/html/sections/render-report.js';
import { renderJunit } from '../../src/report/junit.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import type { ReportInput } from '../../src/report/report-input.js';
import { renderTerminalSummary } from '../../src/report/terminal.js';
import type { RetryPolicy } from '../../src/scenario/load.js';
import { startEntry } from '../analysis/made-journal.js';
import type { Reply, SeenCall } from '../load/fake-driver.js';
import { open, scenarioOf } from '../load/scenario-of.js';
import { driveVirtually } from '../load/virtual-drive.js';
import { judgedInput } from './example-runs.js';

const ENDPOINTS = ['http://127.0.0.1:3001/mcp'];

/** A run of 100 calls against a server that is a function, from the load thread through journal, analysis and judge. */
function runOf(serve: (call: SeenCall) => Reply, retry?: RetryPolicy): ReportInput {
  const scenario = scenarioOf({ load: { phases: [open('steady', 20, 5000)], ...(retry === undefined ? {} : { retry }) } });
  const drive = driveVirtually(scenario, serve, { endpoints: ENDPOINTS });
  const table = new CellTable(planCalls(scenario, []).tools, ENDPOINTS);
  const ids = new Set(drive.seconds.flatMap(({ cells }) => cells.map(({ cell }) => cell)));
  const entries: JournalEntry[] = [
    startEntry(drive.timeline),
    ...[...ids].map((id) => table.entry(id)),
    ...drive.samples,
    ...drive.seconds,
    { type: 'end', t: 10, reason: 'completed' },
  ];
  const analysis = analyse(JSON.parse(JSON.stringify(entries)) as JournalEntry[]);
  return judgedInput(analysis);
}

interface Said {
  readonly terminal: string;
  readonly summary: string;
  readonly junit: string;
  readonly html: string;
}

const said = async (input: ReportInput): Promise<Said> => ({
  terminal: renderTerminalSummary(input, { colours: false }).join('\n'),
  summary: renderMarkdown(input),
  junit: renderJunit(input),
  html: await renderReport(input),
});

describe('a proxy that answers for the server', () => {
  let input: ReportInput;
  let texts: Said;
  beforeAll(async () => {
    let call = 0;
    input = runOf(() => {
      call++;
      if (call % 4 === 0) return { afterMs: 700, outcome: 'server-error', httpStatus: 502, text: 'web page "502 Bad Gateway"' };
      if (call % 10 === 1) return { afterMs: 30, outcome: 'rpc-internal-error', httpStatus: 200, rpcCode: -32603, text: 'oops' };
      return { afterMs: 20 };
    });
    texts = await said(input);
  });

  it('is counted in the result by status and code, with how long its calls took', () => {
    const { errors } = input.analysis.result;
    expect(errors).toMatchObject([
      {
        class: 'server-error',
        count: 25,
        answers: [{ status: 502, count: 25 }],
        tookUs: { count: 25, unanswered: 0 },
        oneDuration: { calls: 25 },
        sample: 'web page "502 Bad Gateway"',
      },
      { class: 'rpc-internal-error', count: 10, answers: [{ status: 200, rpcCode: -32603, count: 10 }] },
    ]);
    expect(errors[0]?.tookUs?.min).toBeGreaterThanOrEqual(700_000);
    expect(errors[0]?.tookUs?.max).toBeLessThan(701_000);
    expect(errors[1]).not.toHaveProperty('oneDuration');
  });

  it.each(['terminal', 'summary', 'junit', 'html'] as const)(
    'is told in the %s with status, code, duration and limit',
    (where) => {
      const text = texts[where].replaceAll('&quot;', '"');
      expect(text).toContain('HTTP 502');
      expect(text).toContain('HTTP 200 RPC -32603');
      expect(text).toContain('700 ms');
      expect(text).toMatch(
        /25 of 25 calls that failed as server\\?-error ended after 700 ms: something on the way \\?\(a proxy, a gateway\\?\) has that limit/,
      );
      expect(text).toContain('502 Bad Gateway');
    },
  );

  it('is named where the success rate is judged', () => {
    const evidence = 'did not (25 server-error HTTP 502, 10 rpc-internal-error HTTP 200 RPC -32603)';
    expect(input.verdict.checks.find(({ metric }) => metric === 'success')?.evidence).toContain(evidence);
    expect(renderGithubAnnotations(input).join('\n')).toContain(evidence);
    expect(texts.junit).toContain(evidence);
  });
});

it('a call whose answer had begun when its time was over is not said to be answered', async () => {
  let call = 0;
  const input = runOf(() => {
    call++;
    if (call % 4 === 0) return { afterMs: 900, outcome: 'timeout', httpStatus: 200 };
    // A rule of the scenario may take a whole answer for a timeout.
    return call % 4 === 1 ? { afterMs: 30, outcome: 'connection-reset', httpStatus: 504 } : { afterMs: 20 };
  });
  const texts = await said(input);
  for (const text of Object.values(texts)) expect(text.replaceAll('\\', '')).toContain('after the answer had begun (HTTP 200)');
  expect(texts.junit).toContain('timeout, 25 calls, after the answer had begun (HTTP 200), after ');
  expect(texts.junit).toContain('connection-reset, 25 calls, HTTP 504, after ');
});

it('several answers of one class are told apart, the most frequent first; codes without end are not', () => {
  let call = 0;
  const { analysis } = runOf(() => {
    call++;
    if (call > 60) return { afterMs: 1, outcome: 'rpc-server-error', rpcCode: -call };
    return { afterMs: 1, outcome: 'overloaded', httpStatus: call % 3 === 0 ? 504 : 503 };
  });
  const [overloaded, rpc] = analysis.result.errors;
  expect(overloaded?.answers).toEqual([
    { status: 503, count: 40 },
    { status: 504, count: 20 },
  ]);
  expect(rpc?.answers).toHaveLength(9);
  expect(rpc?.answers?.at(-1)).not.toHaveProperty('rpcCode');
  expect(rpc?.answers?.reduce((sum, { count }) => sum + count, 0)).toBe(40);
});

it('calls that were never answered have a duration, and no answer', () => {
  const { analysis } = runOf(() => ({ afterMs: 2500, outcome: 'connection-reset' }));
  expect(analysis.result.errors[0]).toMatchObject({ class: 'connection-reset', oneDuration: { calls: 100 } });
  expect(analysis.result.errors[0]).not.toHaveProperty('answers');
  const text = renderTerminalSummary(judgedInput(analysis), { colours: false }).join('\n');
  expect(text).toMatch(
    /ended after 2\.5\d* s: something on the way \(a proxy, a load balancer, a firewall\) or the server has that limit/,
  );
});

it('a limit of one tool is found behind the slow calls of another', () => {
  const scenario = scenarioOf({
    calls: ['slow', 'cut'].map((tool) => ({ type: 'call', tool, weight: 1, arguments: {} })) as never,
    load: { phases: [open('steady', 20, 5000)] },
  });
  const drive = driveVirtually(
    scenario,
    ({ tool }) => (tool === 'slow' ? { afterMs: 3000 } : { afterMs: 1000, outcome: 'truncated', httpStatus: 200 }),
    { endpoints: ENDPOINTS },
  );
  const table = new CellTable(planCalls(scenario, []).tools, ENDPOINTS);
  const ids = new Set(drive.seconds.flatMap(({ cells }) => cells.map(({ cell }) => cell)));
  const analysis = analyse([startEntry(drive.timeline), ...[...ids].map((id) => table.entry(id)), ...drive.seconds]);
  expect(analysis.result.errors[0]).not.toHaveProperty('oneDuration');
  const text = renderTerminalSummary(judgedInput(analysis), { colours: false }).join('\n');
  expect(text).toMatch(/(\d+) of \1 calls of cut that failed as truncated ended after 1\.00 s: something on the way/);
});

describe('a server that fails every first attempt', () => {
  let input: ReportInput;
  let texts: Said;
  beforeAll(async () => {
    let attempt = 0;
    input = runOf(
      () =>
        attempt++ % 2 === 0 ? { afterMs: 2, outcome: 'server-error', httpStatus: 500, text: 'web page "Oops"' } : { afterMs: 2 },
      { attempts: 2, backoffMs: 10, budget: 10 },
    );
    texts = await said(input);
  });

  it('succeeds with every call, and with none at the first attempt', () => {
    const { totals, phases, tools, retried, errors } = input.analysis.result;
    expect(totals).toMatchObject({ ok: 100, retries: 100, okAfterRetry: 100, successRate: 1, firstAttemptSuccessRate: 0 });
    expect(phases[0]?.counts).toMatchObject({ firstAttemptSuccessRate: 0 });
    expect(tools[0]?.retried).toEqual(retried);
    expect(errors).toEqual([]);
    expect(retried).toMatchObject([
      {
        class: 'server-error',
        taxonomy: 'availability',
        count: 100,
        answers: [{ status: 500, count: 100 }],
        sample: 'web page "Oops"',
      },
    ]);
    expect(input.analysis.result.exemplars.filter(({ retried: again }) => again)).toHaveLength(3);
  });

  it.each(['terminal', 'summary', 'junit', 'html'] as const)(
    'is told in the %s with the class, the status and the first attempts',
    (where) => {
      const text = texts[where].replaceAll('&quot;', '"');
      expect(text).toMatch(/tried again/);
      expect(text).toMatch(/server\\?-error/);
      expect(text).toContain('HTTP 500');
      expect(text).toMatch(/web page \\?"Oops/);
      expect(text).toMatch(/1st attempt|at the first attempt/);
    },
  );

  it('is named where the success rate is judged, and in the verdict', () => {
    expect(input.verdict.checks.find(({ metric }) => metric === 'success')?.evidence).toContain('0 % at the first attempt');
    expect(input.verdict.summary).toContain('0 % of the calls succeeded at the first attempt');
  });
});

it('without retries the first attempts have no column', async () => {
  const { terminal, summary, html } = await said(runOf(() => ({ afterMs: 2 })));
  for (const text of [terminal, summary, html]) expect(text).not.toMatch(/1st attempt/);
});
