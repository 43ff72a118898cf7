import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../src/report/html/sections/render-report.js';
import { chromiumPath, lacking } from '../requirement.js';
import { FAILING, FAULT, HOSTILE, reportInputOf } from './example-runs.js';

const missing = lacking('chromium');

describe.skipIf(missing)('report.html in Chromium', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-report-'));
  let browser: Browser;

  beforeAll(async () => {
    for (const [name, run] of Object.entries({ failing: FAILING, fault: FAULT, hostile: HOSTILE }))
      writeFileSync(join(folder, `${name}.html`), await renderReport(reportInputOf(run)));
    const executablePath = chromiumPath();
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a report, and keeps whatever the browser complained about or asked the network for. */
  async function open(
    name: string,
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; complaints: string[]; close: () => Promise<void> }> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('file:') && !request.url().startsWith('data:')) complaints.push(`request: ${request.url()}`);
    });
    await page.goto(`file://${join(folder, `${name}.html`)}`);
    return { page, complaints, close: () => context.close() };
  }

  /** Brings every chart on the screen once and waits until it is interactive. */
  async function hydrateAll(page: Page): Promise<number> {
    const figures = page.locator('[data-chart]');
    const count = await figures.count();
    for (let index = 0; index < count; index++) {
      await figures.nth(index).scrollIntoViewIfNeeded();
      await figures.nth(index).and(page.locator('[data-live="yes"]')).waitFor({ timeout: 10_000 });
    }
    return count;
  }

  /** Brings the charts of the time line on the screen. */
  async function hydrate(page: Page, ...ids: string[]): Promise<void> {
    for (const id of ids) {
      await page.locator(`#chart-${id}`).scrollIntoViewIfNeeded();
      await page.locator(`#chart-${id}[data-live="yes"]`).waitFor({ timeout: 10_000 });
    }
  }

  it('makes every chart interactive without a complaint', async () => {
    const { page, complaints, close } = await open('failing');
    expect(await hydrateAll(page)).toBeGreaterThanOrEqual(12);
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows the figures under the pointer, and the cursor in every chart of time', async () => {
    const { page, complaints, close } = await open('failing');
    await hydrate(page, 'traffic', 'latency');
    const plot = page.locator('#chart-latency .plot');
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    if (box === null) throw new Error('the chart has no place on the page');
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.6);
    const tip = page.locator('#chart-latency .tip');
    await tip.waitFor({ state: 'visible' });
    expect((await tip.textContent())?.replace(/\s+/g, ' ')).toMatch(/^1\d\.5 sp50[\d.]+ (ms|s)p95[\d.]+ msp99[\d.]+ ms$/);
    await page.locator('#chart-traffic .cursor').waitFor({ state: 'visible' });
    // In the burst the upper quantiles lie among unanswered calls: no number is shown for them.
    await page.mouse.move(box.x + box.width * 0.97, box.y + box.height * 0.6);
    expect(await tip.textContent()).toMatch(/p95> 3 sp99> 3 s$/);
    await page.mouse.move(0, 0);
    await tip.waitFor({ state: 'hidden' });
    expect(complaints).toEqual([]);
    await close();
  });

  it('places the cursor where the point is drawn', async () => {
    const { page, close } = await open('failing');
    await hydrate(page, 'traffic');
    const plot = page.locator('#chart-traffic .plot');
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    if (box === null) throw new Error('the chart has no place on the page');
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
    await page.locator('#chart-traffic .tip').waitFor({ state: 'visible' });
    const places = await page.evaluate(`(() => {
      const figure = document.querySelector('#chart-traffic');
      const background = figure.querySelector('.plot svg path.background').getBoundingClientRect();
      const cursor = figure.querySelector('.cursor').getBoundingClientRect();
      const seconds = parseFloat(figure.querySelector('.tip p').textContent);
      return { expected: background.left + background.width * seconds / 33, left: cursor.left, top: cursor.top - background.top, height: cursor.height - background.height };
    })()`);
    const { expected, left, top, height } = places as { expected: number; left: number; top: number; height: number };
    expect(Math.abs(left - expected)).toBeLessThan(2);
    expect(Math.abs(top)).toBeLessThan(2);
    expect(Math.abs(height)).toBeLessThan(2);
    await close();
  });

  it('moves through the points by keyboard', async () => {
    const { page, close } = await open('failing');
    await hydrate(page, 'traffic');
    const plot = page.locator('#chart-traffic .plot');
    await plot.focus();
    await page.keyboard.press('End');
    const tip = page.locator('#chart-traffic .tip');
    await tip.waitFor({ state: 'visible' });
    expect(await tip.locator('p').textContent()).toBe('32.5 s');
    await page.keyboard.press('ArrowLeft');
    expect(await tip.locator('p').textContent()).toBe('31.5 s');
    await close();
  });

  it('zooms all charts of time to a phase, and back', async () => {
    const { page, complaints, close } = await open('failing');
    await hydrate(page, 'traffic', 'in-flight');
    // Vega keeps elements and changes their text: their order says nothing.
    const labels = async (chart: string) =>
      (await page.locator(`#chart-${chart} .plot .role-axis-label text`).allTextContents()).sort();
    const before = await labels('in-flight');
    expect(before).toContain('2 s');
    await page
      .getByRole('group', { name: /Part of the run/ })
      .getByRole('button', { name: 'burst' })
      .click();
    await expect.poll(() => labels('in-flight')).not.toContain('2 s');
    expect(await labels('traffic')).not.toContain('2 s');
    expect(await labels('traffic')).toContain('32 s');
    await page.getByRole('button', { name: 'whole run' }).click();
    await expect.poll(() => labels('in-flight')).toEqual(before);
    expect(complaints).toEqual([]);
    await close();
  });

  it('zooms to a part that is dragged across', async () => {
    const { page, close } = await open('failing');
    await hydrate(page, 'traffic');
    const plot = page.locator('#chart-traffic .plot');
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    if (box === null) throw new Error('the chart has no place on the page');
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    const labels = () => page.locator('#chart-traffic .plot .role-axis-label text').allTextContents();
    await expect.poll(labels).not.toContain('2 s');
    expect(await labels()).toContain('16 s');
    await page.keyboard.press('Escape');
    await expect.poll(labels).toContain('2 s');
    await close();
  });

  it('switches a series off and on in the legend', async () => {
    const { page, complaints, close } = await open('failing');
    await hydrate(page, 'latency');
    const lines = () => page.locator('#chart-latency .plot .mark-line.role-mark path[stroke="var(--series-3)"]').count();
    expect(await lines()).toBeGreaterThan(0);
    const button = page.locator('#chart-latency .legend').getByRole('button', { name: 'p99' });
    await button.click();
    await expect.poll(lines).toBe(0);
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    await button.click();
    await expect.poll(lines).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('reads without scripts: charts are there, of some size, with their lines in colour', async () => {
    const { page, complaints, close } = await open('failing', { javaScriptEnabled: false });
    const svgs = page.locator('.plot > svg');
    const count = await svgs.count();
    expect(count).toBeGreaterThanOrEqual(12);
    for (let index = 0; index < count; index++) {
      const box = await svgs.nth(index).boundingBox();
      expect(box?.width).toBeGreaterThan(300);
      expect(box?.height).toBeGreaterThan(80);
    }
    await expect.poll(() => page.locator('[data-zoom]').isVisible()).toBe(false);
    await page.locator('#chart-traffic summary').click();
    expect(await page.locator('#chart-traffic table').isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(['light', 'dark'] as const)('draws in the colours of a %s page, without scripts too', async (colorScheme) => {
    const { page, close } = await open('fault', { colorScheme });
    const seen = (await page.evaluate(`(() => {
      const line = document.querySelector('#chart-latency .plot path[stroke="var(--series-1)"]');
      const probe = document.createElement('i');
      document.body.append(probe);
      probe.style.color = 'var(--series-1)';
      return { line: getComputedStyle(line).stroke, colour: getComputedStyle(probe).color, page: getComputedStyle(document.body).backgroundColor };
    })()`)) as { line: string; colour: string; page: string };
    expect(seen.line).toBe(seen.colour);
    expect(seen.page).toBe(colorScheme === 'dark' ? 'rgb(15, 19, 24)' : 'rgb(246, 247, 249)');
    await close();
  });

  it('has contrast that can be read: text against what lies behind it, in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, close } = await open('failing', { colorScheme });
      const ratios = (await page.evaluate(`(() => {
        const style = getComputedStyle(document.documentElement);
        const channel = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
        const luminance = (name) => {
          const probe = document.createElement('i'); document.body.append(probe); probe.style.color = 'var(' + name + ')';
          const [r, g, b] = getComputedStyle(probe).color.match(/[\\d.]+/g).map(Number); probe.remove();
          return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
        };
        const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
        const text = ['--ink', '--ink-soft', '--accent', '--pass', '--fail', '--inconclusive', '--invalid', '--limit'];
        const lines = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => '--series-' + n);
        return [
          ...text.flatMap((name) => ['--page', '--surface'].map((behind) => [name + ' on ' + behind, contrast(name, behind), 4.5])),
          ...['pass', 'fail', 'inconclusive', 'invalid'].map((name) => [name + ' on its banner', contrast('--' + name, '--' + name + '-soft'), 4.5]),
          ...lines.map((name) => [name + ' on --surface', contrast(name, '--surface'), 3]),
        ];
      })()`)) as [string, number, number][];
      expect(ratios.filter(([, ratio, needed]) => ratio < needed)).toEqual([]);
      await close();
    }
  });

  it('lets nothing hostile run, with scripts allowed', async () => {
    const { page, complaints, close } = await open('hostile');
    await hydrateAll(page);
    await page.locator('#chart-latency .plot').hover();
    expect(complaints).toEqual([]);
    expect(await page.locator('main script:not([type])').count()).toBe(0);
    expect(await page.locator('main img, main b:not(.tip b), main i, main u').count()).toBe(0);
    await close();
  });

  it('does not scroll sideways on a narrow screen, and prints on white', async () => {
    const { page, complaints, close } = await open('failing', { viewport: { width: 400, height: 800 }, colorScheme: 'dark' });
    await hydrateAll(page);
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(400);
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink')")).toBe('#14181f');
    expect(complaints).toEqual([]);
    await close();
  });
});
