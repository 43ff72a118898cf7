import { describe, expect, it } from 'vitest';
import { renderTerminalSummary } from '../../src/report/terminal.js';
import { EMPTY, FAILING, HOSTILE, INVALID, LARGE, PASSING, reportInputOf } from './example-runs.js';

const plain = (run: Parameters<typeof reportInputOf>[0]) => renderTerminalSummary(reportInputOf(run), { colours: false });

describe('summary on a terminal', () => {
  it('tells verdict, misses, figures, errors, generator and exit code', () => {
    const text = plain(FAILING).join('\n');
    expect(text).toMatch(/^✗ FAIL {2}92\.33 % of 2,020 calls succeeded/);
    expect(text).toContain('✗ normal load: p95 response time > 3 s, SLO ≤ 400 ms');
    expect(text).toContain('✓ 2 other checks passed');
    expect(text).toMatch(/\n {2}steady +1,265 +50\.6\/s/);
    expect(text).toMatch(/\n {2}timeout +56 calls/);
    expect(text).toMatch(/machine: quiet \(starts .* late at p99/);
    expect(text).toMatch(/exit code 3: SLO missed$/);
  });

  it('stands in columns', () => {
    const lines = plain(FAILING);
    const head = lines.find((line) => line.includes('offered  goodput')) ?? '';
    const row = lines.find((line) => line.startsWith('  steady')) ?? '';
    expect(row.length).toBe(head.length);
    expect(row.indexOf('/s') + 2).toBe(head.indexOf('offered') + 'offered'.length);
  });

  it('names the other outcomes', () => {
    expect(plain(PASSING)[0]).toMatch(/^✓ PASS {2}all \d+ limits were met$/);
    expect(plain(INVALID)[0]).toMatch(/^! INVALID/);
    expect(plain(INVALID).join('\n')).toMatch(/machine: noisy in \d+ of \d+ s, up to [\d.]+ ms \(starts/);
    expect(plain(EMPTY)[0]).toMatch(/^\? INCONCLUSIVE/);
    expect(plain(EMPTY).join('\n')).toContain('machine: not measured');
  });

  it('has colours only when they are wanted', () => {
    const esc = String.fromCharCode(27);
    expect(plain(FAILING).join('')).not.toContain(esc);
    const coloured = renderTerminalSummary(reportInputOf(FAILING), { colours: true });
    expect(coloured.join('')).toContain(`${esc}[31m`);
    const codes = new RegExp(`${esc}\\[\\d+m`, 'g');
    expect(coloured.map((line) => line.replace(codes, ''))).toEqual(plain(FAILING));
  });

  it('lets no control character of a server through', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for them is the point.
    expect(plain(HOSTILE).join('\n')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028]/);
    expect(plain(HOSTILE).some((line) => line.includes('<script>alert(1)</script>'))).toBe(true);
  });

  it('fits a screen with many tools', () => {
    expect(plain(LARGE).length).toBeLessThan(50);
    expect(plain(LARGE).join('\n')).toContain('and 12 more in the report');
  });
});
