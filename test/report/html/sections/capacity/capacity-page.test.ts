import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueingHint } from '../../../../../src/capacity/law/queueing-hint.js';
import { basisOf, calculatorAnswer } from '../../../../../src/report/html/calculator/calculator-answer.js';
import { CALCULATOR_FIELDS, questionOf, shownValue } from '../../../../../src/report/html/calculator/calculator-fields.js';
import { answerBox } from '../../../../../src/report/html/sections/capacity/answer-box.js';
import { latencyByRate } from '../../../../../src/report/html/sections/capacity/latency-by-rate.js';
import { lawChart } from '../../../../../src/report/html/sections/capacity/law-chart.js';
import { lawTable } from '../../../../../src/report/html/sections/capacity/law-table.js';
import { withQueueingLine } from '../../../../../src/report/html/sections/capacity/queueing-line.js';
import { renderReport } from '../../../../../src/report/html/sections/render-report.js';
import { reportView } from '../../../../../src/report/report-view.js';
import type { Trial } from '../../../../../src/result/capacity-figures.js';
import { kubernetesManifest, PLACEHOLDERS } from '../../../../../src/sizing/kubernetes-manifest.js';
import { computeSizing } from '../../../../../src/sizing/sizing.js';
import { chromiumPath, lacking } from '../../../../requirement.js';
import { PASSING, reportInputOf } from '../../../example-runs.js';
import { madeCapacity, QUESTION, withCapacity } from '../../../made-capacity.js';

const capacity = madeCapacity();
const BASIS = basisOf(computeSizing(QUESTION));
const textOf = (page: string): string =>
  page
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');

let page: string;
let text: string;
beforeAll(async () => {
  page = await renderReport(withCapacity(reportInputOf(PASSING), capacity));
  text = textOf(page);
});

describe('report of a capacity search', () => {
  it('answers first: rate, interval, what binds, instances', () => {
    const { healthy, sizing } = capacity;
    expect(text).toContain('confirmed by a soak, limited by p95 <= 400 ms');
    expect(text).toContain(healthy?.summary as string);
    expect(text).toContain(`Instances for your peak ${sizing?.instances}`);
    expect(text).toContain('It holds for poisson arrivals');
    expect(page.indexOf('id="capacity"')).toBeLessThan(page.indexOf('id="validity"'));
  });

  it('does not put the figures of all trials together in the four signals, and speaks of the search in the readiness card', () => {
    // The made run has no journal of the search, so no soak can be shown alone.
    expect(page).not.toContain('id="signals"');
    expect(text).not.toContain('this run did not search');
    expect(text).not.toContain('What the faults did');
  });

  it('never tells a quantile of an overloaded rate without the length of its trial', () => {
    const table = /<table[\s\S]*?<\/table>/.exec(page.slice(page.indexOf('id="chart-latency-by-rate-none"')))?.[0] ?? '';
    const rows = table.split('<tr>').slice(2);
    expect(rows.length).toBe(capacity.healthy?.trials.length);
    for (const row of rows.filter((each) => each.includes('fail'))) {
      expect(row).toContain('diverging');
      expect(textOf(row)).toMatch(/\/s fail \(diverging\) (\d+ s|\d+ min)/);
    }
  });

  it('tells hidden capacity beside the healthy one: bars, each load with its verdict, what to know about it', () => {
    const part = page.slice(page.indexOf('id="hidden-capacity"'));
    const told = textOf(part);
    expect(told).toContain('recovers up to 86/s (50 %), stays down at 120/s (70 %)');
    expect(part).toMatch(/aria-label="healthy capacity: 172\/s; slow-dependency@postgres: 86\.0\/s recovers, 120\/s does not"/);
    for (const { reason } of capacity.recovery?.[0]?.levels ?? []) expect(told).toContain(reason);
    expect(told).toContain('70 % 120/s 100 % 12 % 2 % – 32 s 1 min 36 s 3.9 x – came back stuck');
    expect(told).toContain('The retry policy makes up to 4 calls of one.');
  });

  it('has every trial with its reason, and every input with its source', () => {
    for (const trial of capacity.healthy?.trials ?? []) expect(text).toContain(trial.reason);
    for (const { name } of capacity.sizing?.inputs ?? []) expect(page).toContain(`<code>${name}</code>`);
    for (const warning of capacity.sizing?.warnings ?? []) expect(text).toContain(warning);
  });

  it('draws dependency failures, resources and the law', () => {
    for (const id of ['capacity-under-faults', 'cpu-by-rate', 'memory-by-rate', 'law'])
      expect(page).toContain(`id="chart-${id}"`);
    expect(text).toContain('95 % band of the fit');
    expect(text).toMatch(/p95 of a queue with \d+ workers? \(hint\)/);
    expect(text).toMatch(/an M\/M\/\d+ queue \(Erlang C\).* The model meets this limit up to \d+ % of its capacity/);
    expect(text).toContain('76.00 % lost');
    expect(text).toContain('peak extrapolated');
    expect(text).toContain('a fit without bounds gives a contention below 0');
    expect(text).toContain('1.2, below its limit of 4.44');
  });

  it('draws the band of the law, and contention alone only where the law has more than that', () => {
    const law = lawChart(capacity.law!);
    expect(law.band?.values).toEqual(capacity.law!.curve.map(({ callers, low, high }) => [callers, low, high]));
    expect(law.lines.map(({ id }) => id)).toEqual(['fit', 'amdahl', 'linear']);
    expect(lawChart({ ...capacity.law!, kappa: 0 }).lines.map(({ id }) => id)).toEqual(['fit', 'linear']);
    expect(lawChart({ ...capacity.law!, kappa: 0, sigma: 0 }).lines.map(({ id }) => id)).toEqual(['fit']);
    expect(lawChart({ ...capacity.law!, curve: [{ callers: 1, rate: 20 }] }).band).toBeUndefined();
  });

  it('reads the law the other way round, inside the range that was tested and not where the server does not follow it', () => {
    const law = capacity.law!;
    const shown = (change: Partial<typeof law>, confirmed?: number) => textOf(String(lawTable({ ...law, ...change }, confirmed)));
    // 20 x 8 / (1 + 0.03 x 7 + 0.0009 x 8 x 7); N / X = 2 / 20 at N = 21.33, so X = 213.
    expect(shown({}, (20 * 8) / (1.21 + 0.0504))).toMatch(/give the confirmed 127\/s 8 .*twice as long as alone from 213\/s/);
    expect(shown({}, 235)).toContain('none: the law never reaches it');
    expect(shown({ points: law.points.slice(0, 4) }, 200)).toContain('beyond what was tested');
    expect(shown({ points: law.points.slice(0, 4) })).not.toMatch(/twice as long|the confirmed/);
    expect(shown({ verdict: 'not-usl' }, 100)).not.toMatch(/twice as long|the confirmed/);
  });

  it('gives what one instance uses with how sure each figure is', () => {
    expect(text).toContain('memory of an idle session 40.0 KiB 35.0 KiB to 45.0 KiB');
    expect(text).toContain('CPU of a call 10.0 ms 9.80 ms to 10.2 ms');
    expect(text).toContain('memory of a call in flight – –');
    expect(text).toContain('memory did not follow the calls in flight');
    expect(text).toContain('instance.sessionMemory 0.2 MB given 0.18 to 0.22');
  });

  it('says which of the measured figures the sizing took', () => {
    // The question of the made capacity was given.
    expect(text).toMatch(/sized with, for one instance 150\/s, given/);
    const low = capacity.healthy!.estimate!.low;
    const inputs = computeSizing(QUESTION, { 'measured.confirmed': 'measured' });
    const shown = (capacityPerS: number) =>
      textOf(String(answerBox({ ...capacity, sizing: { ...inputs, question: { ...QUESTION, capacityPerS } } })));
    expect(shown(low)).toContain('the low end of the estimate');
    expect(shown(low * 0.9)).toContain('the confirmed rate');
  });

  it('draws what a small screen gets apart, and has one picture of each for those who do not see', () => {
    const plots = page.match(/<div class="plot" role="img"[^>]*><div class="roomy">/g) ?? [];
    expect(plots.length).toBeGreaterThan(5);
    expect(page.match(/<div class="compact">/g)).toHaveLength(plots.length);
  });

  it('draws a queue beside the measured curve, no further than rates were tried, and none under a fault', () => {
    const hint = queueingHint(capacity.healthy!.trials, 0.95)!;
    expect(text.match(/of a queue with/g)).toHaveLength(1);
    const view = reportView(withCapacity(reportInputOf(PASSING), capacity));
    const chart = latencyByRate(view, capacity.healthy!, capacity)!;
    const line = withQueueingLine(chart, capacity.healthy!, view.analysis.timeoutMs).lines.at(-1)!;
    expect(line.id).toBe('queue');
    expect(line.values.length).toBeGreaterThan(10);
    for (const [ratePerS, ms] of line.values) {
      expect(ratePerS).toBeLessThanOrEqual(Math.max(...chart.points.map(({ x }) => x)));
      expect(ms).toBeCloseTo(hint.curve.find((each) => each.ratePerS === ratePerS)!.latencyS * 1000, 9);
    }
    const slow = capacity.underFaults[0]!;
    expect(withQueueingLine(chart, slow, view.analysis.timeoutMs)).toBe(chart);
  });

  it('says that a trial was stopped also where none of its calls had succeeded by then', () => {
    const view = reportView(withCapacity(reportInputOf(PASSING), capacity));
    const { latencyUs: _, ...failed } = {
      ...capacity.healthy!.trials.at(-1)!,
      outcome: 'fail' as const,
      successRate: 0,
      due: 40,
    };
    const verdictOf = (trial: Trial) =>
      latencyByRate(view, { ...capacity.healthy!, trials: [trial] }, capacity)?.table.rows[0]?.[1];
    expect(verdictOf({ ...failed, stopped: 'in-flight' })).toBe('fail (stopped early)');
    expect(verdictOf(failed)).toBe('fail (no call succeeded)');
  });

  it('says why nothing was sized, and what could not be read', async () => {
    const { sizing: _, ...rest } = capacity;
    const refused = textOf(
      await renderReport(
        withCapacity(reportInputOf(PASSING), {
          ...rest,
          sizingOmitted: 'survive.zones 3 of 3 leaves none',
          resources: { remarks: ['memory of a session could not be told'] },
        }),
      ),
    );
    expect(refused).toContain('not sized survive.zones 3 of 3 leaves none');
    expect(refused).toContain('memory of a session could not be told');
    expect(refused).not.toContain('name a peak');
  });

  it('says why there is no law', async () => {
    const { law: _, ...rest } = capacity;
    const refused = await renderReport(
      withCapacity(reportInputOf(PASSING), { ...rest, lawOmitted: 'only 4 levels were measured' }),
    );
    expect(textOf(refused)).toContain('No scalability law was fitted: only 4 levels were measured.');
  });

  it('escapes what came from a scenario or a server', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    const [trial] = capacity.healthy?.trials ?? [];
    const answer = { ...capacity.healthy!, summary: evil, under: evil, trials: [{ ...trial!, reason: evil }] };
    const hostile = await renderReport(withCapacity(reportInputOf(PASSING), { ...capacity, healthy: answer }));
    expect(hostile).not.toContain('<img src=x');
  });
});

describe('calculator', () => {
  it('shows the question as it was asked, and asks it again unchanged', () => {
    const typed = Object.fromEntries(CALCULATOR_FIELDS.map((field) => [field.key, shownValue(field, QUESTION)]));
    expect(questionOf(QUESTION, typed)).toEqual(QUESTION);
    expect(calculatorAnswer(BASIS, typed, 's').headline).toBe(`${computeSizing(QUESTION).instances} instances`);
  });

  it('reads percent and gigabytes', () => {
    expect(questionOf(QUESTION, { growth: '50', utilisation: '60', memoryLimitMb: '8' })).toMatchObject({
      growth: 0.5,
      utilisation: 0.6,
      memoryLimitMb: 8192,
    });
  });

  it('says what is wrong in place of an answer', () => {
    expect(calculatorAnswer(BASIS, { peakPerS: '' }, 's')).toMatchObject({
      wrong: true,
      headline: 'Peak: a number is needed',
    });
    expect(calculatorAnswer(BASIS, { zones: '1' }, 's')).toMatchObject({ wrong: true });
  });
});

const missing = lacking('chromium');

describe.skipIf(missing)('calculator in Chromium', { timeout: 60_000 }, () => {
  let browser: Browser;
  let folder: string;
  let url: string;
  beforeAll(async () => {
    const executablePath = chromiumPath();
    browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ['--no-sandbox'] });
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-capacity-page-'));
    writeFileSync(join(folder, 'report.html'), page);
    url = pathToFileURL(join(folder, 'report.html')).href;
  });
  afterAll(async () => {
    await browser?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it('works out the same as the tool when peak and zones change', async () => {
    const tab = await browser.newPage();
    const troubles: string[] = [];
    tab.on('console', (message) => void (message.type() === 'error' && troubles.push(message.text())));
    tab.on('pageerror', (error) => troubles.push(error.message));
    await tab.goto(url);
    const headline = tab.locator('[data-calculator] [data-headline]');
    expect(await headline.textContent()).toBe(`${computeSizing(QUESTION).instances} instances`);
    await tab.getByLabel('Peak', { exact: false }).first().fill('2000');
    await tab.getByLabel('Zones', { exact: false }).first().fill('2');
    const expected = computeSizing({ ...QUESTION, peakPerS: 2000, zones: 2 });
    expect(await headline.textContent()).toBe(`${expected.instances} instances`);
    expect(expected.instances).not.toBe(computeSizing(QUESTION).instances);
    const facts = await tab.locator('[data-calculator] [data-facts]').textContent();
    for (const [, value] of calculatorAnswer(BASIS, { peakPerS: '2000', zones: '2' }, 's').facts) expect(facts).toContain(value);
    const name = reportInputOf(PASSING).analysis.result.run.scenario;
    const manifest = kubernetesManifest(expected, { name, ...PLACEHOLDERS })!;
    expect(manifest).toContain(`instances, fixed: ${expected.instances}, driven by`);
    await tab.getByText('Kubernetes manifest for these numbers').click();
    expect(await tab.locator('[data-manifest]').innerText()).toBe(manifest);
    await tab.setViewportSize({ width: 390, height: 800 });
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await tab.getByLabel('Peak', { exact: false }).first().fill('');
    expect(await headline.textContent()).toBe('Peak: a number is needed');
    expect(await tab.locator('[data-manifest]').isVisible()).toBe(false);
    await tab.getByRole('button', { name: 'Back to the original plan' }).click();
    expect(await headline.textContent()).toBe(`${computeSizing(QUESTION).instances} instances`);
    expect(troubles).toEqual([]);
    await tab.close();
  });

  it('leaves the tables alone where scripts are blocked', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const tab = await context.newPage();
    await tab.goto(url);
    expect(await tab.locator('[data-calculator]').isVisible()).toBe(false);
    expect(await tab.getByRole('region', { name: 'Instances that each count asks for' }).isVisible()).toBe(true);
    await context.close();
  });
});
