import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { capacityWatcher } from '../../src/cli/capacity/capacity-watcher.js';
import type { Console } from '../../src/cli/console.js';
import { renderFindings } from '../../src/cli/doctor/finding.js';
import { reportFailure } from '../../src/cli/failure.js';
import { consoleWatcher } from '../../src/cli/run/run-watcher.js';
import { tellResult } from '../../src/cli/run/tell-result.js';
import { endpointText } from '../../src/environment/endpoint-text.js';
import type { Environment } from '../../src/environment/environment.js';
import { EXIT } from '../../src/errors/exit-codes.js';
import { PlimsollError } from '../../src/errors/plimsoll-error.js';
import type { JournalEntry } from '../../src/journal/journal-entry.js';
import type { EndpointDescription } from '../../src/mcp/driver.js';
import { deriveResult } from '../../src/run/derive-result.js';
import { runFolderAt } from '../../src/run/run-folder.js';
import { ScenarioProblems } from '../../src/scenario/file/problem.js';
import { heardConsole, linesOf } from './heard-console.js';
import { second } from './second-entry.js';

const watcher = (console: Console) => consoleWatcher([], console, false);
const capacity = (console: Console) => capacityWatcher(console, false, 120);

/** Each way in which text of a server comes to the screen. */
const PATHS: Readonly<Record<string, (text: string, console: Console) => void>> = {
  'message of an error': (text, console) => void reportFailure(new PlimsollError(text, EXIT.target), console),
  'hint of an error': (text, console) =>
    void reportFailure(new PlimsollError('no', EXIT.target, { hint: `it said ${text}` }), console),
  'hint of several lines': (text, console) =>
    void reportFailure(new PlimsollError('no', EXIT.target, { hint: ['it printed:', text, `  ${text}`] }), console),
  'error wrapped in another': (text, console) =>
    void reportFailure(
      new PlimsollError(`${new PlimsollError(['a', text], EXIT.target).message}; and more`, EXIT.target),
      console,
    ),
  'problem of a scenario': (text, console) =>
    void reportFailure(
      new ScenarioProblems(text, [
        { place: { file: text, line: 1, column: 1 }, path: text, found: text, accepted: text, hint: text },
      ]),
      console,
    ),
  'error of ours': (text, console) =>
    void reportFailure(Object.assign(new TypeError(text), { stack: `${text}\n    at x` }), console),
  'error that is none': (text, console) => void reportFailure(text, console),
  'error of the file system': (text, console) =>
    void reportFailure(Object.assign(new Error(text), { code: 'ENOENT', path: text, syscall: 'open' }), console),
  'error of the machine': (text, console) =>
    void reportFailure(Object.assign(new Error(text), { code: 'EACCES', path: text }), console),
  'step of a run': (text, console) => watcher(console).onStep(text),
  'warning of a run': (text, console) => watcher(console).warn(text),
  'folder of a run': (text, console) => watcher(console).onFolder({ dir: text } as never),
  'note on the opening': (text, console) =>
    watcher(console).onOpened({ notes: [{ level: 'warning', code: 'x', text }] } as unknown as Environment),
  'note of a run': (text, console) => watcher(console).onEntry({ type: 'note', t: 1, level: 'warning', code: 'x', text }),
  'step of a search': (text, console) => capacity(console).onStep(text),
  'note of a search': (text, console) => capacity(console).onNote('error', text),
  'trial of a search': (text, console) =>
    capacity(console).onTrial(
      { purpose: 'double', offeredRate: 1, measuredS: 1, searchS: 1, tookS: 1, under: text } as never,
      { outcome: 'fail', reason: text } as never,
    ),
  'end of a search': (text, console) => capacity(console).onSearchEnd(text, 'interrupted', text, 1),
  'what an endpoint says of itself': (text, console) =>
    console.err(
      endpointText(
        {
          endpoint: 'http://a',
          era: 'legacy',
          protocolVersion: text,
          stateful: true,
          serverName: text,
          probe: text,
          tools: [],
        } as unknown as EndpointDescription,
        1,
        false,
      ),
    ),
  'findings of the doctor': (text, console) => console.out(renderFindings([{ level: 'problem', about: 'target', text }])),
  'text that begins a line': (text, console) => console.out([text, text]),
  'lines of a report': (text, console) => console.painted([text, `\u001b[31m${text}\u001b[39m`]),
  'file of ours': (text, console) => console.document(text.replaceAll('\n', ' ')),
  'block that is drawn again': (text, console) => console.err([text]),
  'command for GitHub': (text, console) => console.workflow([`::error title=a::${text}`], 'err'),
};

/** Kept by a terminal, a log or a reader as more than text. */
const FORBIDDEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const ESC = '\u001b';
const TEXTS = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
      { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
      {
        weight: 8,
        arbitrary: fc.constantFrom(
          `${ESC}[2J`,
          `${ESC}[31m`,
          `${ESC}[8m`,
          `${ESC}[1A`,
          `${ESC}]0;title\u0007`,
          `${ESC}]8;;http://x${ESC}\\`,
          '\u009b2J',
          '\u009d0;t\u009c',
          '\u0090q',
          '\n',
          '\r',
          '\r\n',
          '\t',
          '\u0085',
          '\u2028',
          '\u2029',
          '\v',
          '\f',
          '\b',
          '\u007f',
          '\0',
          '\u202e',
          '\u2066',
          '\u061c',
          '\u200f',
          '\ud800',
          '\udfff',
          '::error::forged',
          '\n::error::forged',
          '\n  ::add-mask::x',
          '\u00a0::stop-commands::x',
          '##[error]x',
          '##vso[task.x]',
          '##teamcity[x]',
          '\nplimsoll: forged',
          '%0A::error::x',
        ),
      },
      { weight: 1, arbitrary: fc.nat(20_000).map((length) => 'long '.repeat(length / 5)) },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

describe('text of a server on the command line', () => {
  it('covers 10,000 texts on every way to the screen: as many lines as ours, and nothing in them that is obeyed', {
    timeout: 300_000,
  }, () => {
    const ours = new Map(Object.entries(PATHS).map(([name, print]) => [name, printedBy(print, 'x').length]));
    fc.assert(
      fc.property(TEXTS, (text) => {
        for (const [name, print] of Object.entries(PATHS)) {
          const lines = printedBy(print, text);
          if (lines.length !== ours.get(name)) throw new Error(`${name}: ${lines.length} lines instead of ${ours.get(name)}`);
          for (const line of lines) {
            if (FORBIDDEN.test(line)) throw new Error(`${name}: ${JSON.stringify(line.slice(0, 200))}`);
            if (line.length > 9000 && name !== 'file of ours') throw new Error(`${name}: ${line.length} characters`);
            if (name === 'command for GitHub') continue;
            if (/^\s*::/u.test(line) || /##(\[|vso\[|teamcity\[)/.test(line)) throw new Error(`${name}: ${line.slice(0, 200)}`);
          }
        }
      }),
      { numRuns: 10_000, endOnFailure: true },
    );
  });

  it('says nothing but text in the end of a run, in words, in JSON and to GitHub', { timeout: 120_000 }, () => {
    const dir = mkdtempSync(join(tmpdir(), 'plimsoll-hostile-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    vi.stubEnv('GITHUB_ACTIONS', 'true');
    vi.stubEnv('GITHUB_STEP_SUMMARY', '');
    onTestFinished(() => void vi.unstubAllEnvs());
    const path = join(dir, 'journal.ndjson');
    const folder = runFolderAt(dir);
    const toldOf = (text: string, options: { readonly json: boolean; readonly quiet: boolean }): readonly string[] => {
      writeFileSync(
        path,
        `${journalOf(text)
          .map((entry) => JSON.stringify(entry))
          .join('\n')}\n`,
      );
      const { console, out, err } = heardConsole();
      tellResult({ ...deriveResult(path), folder, exitCode: 3 }, console, options);
      return [...linesOf(out()), ...linesOf(err())];
    };
    fc.assert(
      fc.property(TEXTS, fc.boolean(), fc.boolean(), (text, json, quiet) => {
        const lines = toldOf(text, { json, quiet });
        if (!json) expect(lines).toHaveLength(toldOf('x', { json, quiet }).length);
        for (const line of lines) {
          if (FORBIDDEN.test(line)) throw new Error(JSON.stringify(line.slice(0, 200)));
          if (/^\s*::/u.test(line) && !/^::(error|warning|notice) title=[^:]*::[^:]/.test(line))
            throw new Error(line.slice(0, 200));
        }
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it('is the same text in JSON, with nothing in it that is obeyed', () => {
    fc.assert(
      fc.property(TEXTS, (text) => {
        const { console, out } = heardConsole();
        console.json({ text });
        for (const line of linesOf(out()))
          if (FORBIDDEN.test(line) || /^\s*::|##\[/.test(line)) throw new Error(line.slice(0, 200));
        expect(JSON.parse(out())).toEqual(JSON.parse(JSON.stringify({ text })));
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps the colours of a report and nothing else that a terminal obeys', () => {
    const colour = process.env.FORCE_COLOR;
    const none = process.env.NO_COLOR;
    process.env.FORCE_COLOR = '1';
    delete process.env.NO_COLOR;
    try {
      const { console, out } = heardConsole({ noColor: false });
      console.painted([`\u001b[31mFAIL\u001b[39m  \u001b[2J\u001b]0;t\u0007evil`, '\u001b[1m::error::x\u001b[22m']);
      expect(out()).toBe('\u001b[31mFAIL\u001b[39m  [2J]0;tevil\u001b[0m\n\u001b[1m: :error::x\u001b[22m\u001b[0m\n');
    } finally {
      if (colour === undefined) delete process.env.FORCE_COLOR;
      else process.env.FORCE_COLOR = colour;
      if (none !== undefined) process.env.NO_COLOR = none;
    }
  });

  it('has no other way out: nothing but the console writes to the streams of the process', () => {
    const source = join(import.meta.dirname, '..', '..', 'src');
    const writers = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !name.startsWith('report/page'))
      .filter((name) => {
        const text = readFileSync(join(source, name), 'utf8');
        return (
          /process\.(stdout|stderr)\.(write|end)|createLogUpdate\(|stdio: '?inherit|'inherit'/.test(text) ||
          (/\bconsole\.(log|error|warn|info|debug|table|dir)\(/.test(text) && !text.includes('console: '))
        );
      });
    // Processes of their own, which nobody but plimsoll reads.
    expect(writers.sort()).toEqual(['cli/console.ts', 'faults/agent-main.ts', 'toxiproxy/main.ts']);
  });
});

/** A run that a server with one text for everything has failed, and that it ended. */
const journalOf = (text: string): readonly JournalEntry[] => [
  {
    type: 'start',
    schema: 'plimsoll.journal/1',
    runId: 'r',
    version: '1',
    startedAt: '2026-11-21T00:00:00.000Z',
    scenario: { name: 'orders' },
    scenarioHash: 'h',
    labels: { label: text },
    host: { hostname: text },
    target: { endpoints: [{ endpoint: text, serverName: text, tools: [text] }] },
    timeline: [{ id: 0, name: 'steady', phase: 'steady', kind: 'steady', startS: 0, endS: 1, faults: [] }],
    workers: 1,
    timeoutMs: 1000,
    slo: { declared: true, success: 0.99, tools: { [text]: { success: 0.9 } }, during: {} },
  },
  { type: 'cell', id: 0, tool: text, endpoint: text, tenant: text, segment: 0 },
  second(0, { offered: 1000, started: 1000, ok: 500, failed: 500, errors: { 'tool-error': 500 } }),
  {
    type: 'sample',
    t: 0,
    kind: 'error',
    class: 'tool-error',
    tool: text,
    endpoint: text,
    segment: 0,
    text,
    traceparent: '00-1-2-01',
    requestId: '1',
  },
  { type: 'note', t: 1, level: 'error', code: 'server-exited', text },
  { type: 'end', t: 1, reason: 'server-exited', text },
];

function printedBy(print: (text: string, console: Console) => void, text: string): readonly string[] {
  const { console, out, err } = heardConsole();
  print(text, console);
  return [...linesOf(out()), ...linesOf(err())];
}
