import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../src/cli/cli.js';
import { commands } from '../src/cli/commands/index.js';
import { judge } from '../src/judge/judge.js';
import { readinessCard } from '../src/judge/readiness-card.js';
import { renderTerminalCapacity } from '../src/report/capacity-terminal.js';
import { renderGithubAnnotations } from '../src/report/github.js';
import { renderReport } from '../src/report/html/sections/render-report.js';
import { renderJunit } from '../src/report/junit.js';
import { renderMarkdown } from '../src/report/markdown.js';
import type { ReportInput } from '../src/report/report-input.js';
import { renderTerminalSizing } from '../src/report/sizing-terminal.js';
import { renderTerminalSummary } from '../src/report/terminal.js';
import type { CapacityFigures } from '../src/result/capacity-figures.js';
import { during, faultedRun } from './analysis/resilience/made-faulted-run.js';
import { heardConsole } from './cli/heard-console.js';
import { EMPTY, EVENTS, FAILING, FAULT, INVALID, PASSING, reportInputOf } from './report/example-runs.js';
import { SEARCHES, type SearchName, searchInput } from './report/made-search.js';

/** Words of a private dialect, in places where a plain word says it. */
const BANNED: readonly RegExp[] = [
  /\bstands?\b/i,
  /\blies?\b/i,
  /\b(is|are|was|were|be|not) told\b/i,
  /\btaken? back\b/i,
  /\btook hold\b/i,
  /\bput in force\b/i,
  /(?<!-)\bbeside\b/i,
  /\bby (itself|themselves)\b/i,
  /\b(of ours|no leave)\b/i,
  /\bnone is\b/i,
  /\bnobody can\b/i,
  /\bthere is none of\b/i,
  /\bis no (number|class|header|second|target|such|valid|toxic|loss)\b/i,
  /\b(weighed|weighing|to weigh)\b/i,
  /\bmay be (set|used|repeated|lost|on|loaded|in force)\b/i,
  /, for (it|its|they|their|there|such|no|a server|a closed|a percentile)\b/i,
  /\bUtilisation\b|\butilisation of\b/,
];

/** Sentences of 0.1.0 that nobody understood at the first reading; each has a plainer one now. */
const OLD: readonly RegExp[] = [
  /figures (below )?say nothing about the server/i,
  /stopped by the user/i,
  /generator was the limit: starts/i,
  /lie on offered/i,
  /has to stay below the limit line/i,
  /A queue is building where calls in flight rise/i,
  /question that was not asked/i,
  /questions were put to the server/i,
  /Calls due meanwhile/i,
  /A path is verified when/i,
  /could not be seen/i,
  /in no other (table|figure)/i,
  /all of kind|all judged phases/i,
  /the backlog alone explains|without a break/i,
  /takes in work that it cannot do|nothing sheds/i,
  /Look first at|To mitigate/i,
  /keeps this limit up to|Where the two part/i,
  /honest width/i,
  /\bbinding: |what binds|bound by peak/i,
  /At both ends of what was measured/i,
  /Without buying the burst/i,
  /use of the capacity|hottest survivor/i,
  /What instances cannot cure/i,
  /may be cheaper than an instance/i,
  /it takes calls per second for connections/i,
  /A search overloads on purpose|decided nothing/i,
  /calls over, \d+ may be/i,
  /weighing idle sessions/i,
  /capacity under none/i,
  /loaded unasked/i,
  /found no such file/i,
  /A host beside loopback/i,
  /finding it is meant to make/i,
  /no data never passes/i,
  /are told at once|nobody can say|what cannot be told/i,
  /Took hold at|Taken back at|What became of it/i,
  /mean of a point/i,
];

const MAX_WORDS = 30;

const visible = (page: string): string =>
  page
    .replace(/<(script|style|pre|svg)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<(code)[^>]*>([^<]*)<\/code>/g, '$2')
    .replace(/<\/(p|li|td|th|dt|dd|h1|h2|h3|figcaption|summary|button|a|label|span)>/g, '\n')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'");

const FAULTED: readonly Parameters<typeof faultedRun>[0][] = [
  {},
  { answer: (tool, dueS) => (tool === 'search' && during(dueS) ? { outcome: 'timeout', ms: 5000 } : undefined) },
  { answer: (_, dueS) => (dueS >= 10 ? { outcome: 'tool-error', ms: 900 } : undefined) },
  { recipe: 'refused', answer: (_, dueS) => (during(dueS) ? { outcome: 'tool-error', ms: 3 } : undefined) },
  {
    recipe: 'connection-reset',
    off: null,
    answer: (_, dueS) => (during(dueS) ? { outcome: 'server-error', ms: 2000 } : undefined),
  },
  { on: null },
  { end: 'interrupted' },
];

const SHOWN_SEARCHES: readonly SearchName[] = ['generatorLimit', 'stoppedEarly', 'allInvalid', 'nothingPasses'];

/** Everything that a person reads, by where it is read. */
const texts = new Map<string, string>();

beforeAll(async () => {
  const runs: Readonly<Record<string, ReportInput>> = {
    ...Object.fromEntries(
      Object.entries({ PASSING, FAILING, INVALID, FAULT, EVENTS, EMPTY }).map(([name, run]) => [name, reportInputOf(run)]),
    ),
    ...Object.fromEntries(
      FAULTED.map((run, index) => {
        const analysis = faultedRun(run);
        const verdict = judge(analysis);
        const readiness = readinessCard(analysis.result, verdict, analysis.scenario);
        return [`faulted ${index}`, { analysis, verdict, readiness }];
      }),
    ),
  };
  for (const [name, input] of Object.entries(runs)) {
    texts.set(`terminal of ${name}`, renderTerminalSummary(input, { colours: false }).join('\n'));
    texts.set(`summary.md of ${name}`, renderMarkdown(input));
    texts.set(
      `junit.xml of ${name}`,
      renderJunit(input)
        .replaceAll(/ message="([^"]*)"/g, '>\n$1\n<')
        .replace(/<[^>]+>/g, ' '),
    );
    texts.set(`annotations of ${name}`, renderGithubAnnotations(input).join('\n'));
    texts.set(`report.html of ${name}`, visible(await renderReport(input)));
  }
  for (const name of Object.keys(SEARCHES) as SearchName[]) {
    const capacity: CapacityFigures = SEARCHES[name];
    const input = searchInput(capacity);
    texts.set(`terminal of search ${name}`, renderTerminalCapacity(input, capacity, { colours: false }).join('\n'));
    texts.set(`summary.md of search ${name}`, renderMarkdown(input));
    if (capacity.sizing !== undefined)
      texts.set(`size of search ${name}`, renderTerminalSizing(capacity.sizing, { colours: false }).join('\n'));
    if (SHOWN_SEARCHES.includes(name)) texts.set(`report.html of search ${name}`, visible(await renderReport(input)));
  }
  for (const args of [['--help'], ...commands.map(({ name }) => [name, '--help'])]) {
    const heard = heardConsole();
    await runCli(args, heard.console);
    texts.set(`plimsoll ${args.join(' ')}`, heard.out() + heard.err());
  }
}, 240_000);

// docs/api.md is made from docstrings in src/api: it is for who writes code.
const pages = ['README.md', ...readdirSync('docs').map((name) => join('docs', name))].filter(
  (name) => name.endsWith('.md') && name !== join('docs', 'api.md'),
);

const hitsOf = (all: ReadonlyMap<string, string>, patterns: readonly RegExp[]): readonly string[] =>
  [...all].flatMap(([where, text]) =>
    text
      .split(/\n|(?<=[.!?]) /)
      .flatMap((line) =>
        patterns.filter((pattern) => pattern.test(line)).map((pattern) => `${where}: ${pattern}: ${line.trim()}`),
      ),
  );

describe('what a person reads', () => {
  it('is there to be looked at', () => {
    expect(texts.size).toBeGreaterThan(100);
    for (const [where, text] of texts) if (!where.startsWith('annotations')) expect(text.length, where).toBeGreaterThan(60);
  });

  it('has no word of a private dialect', () => {
    expect(hitsOf(texts, BANNED)).toEqual([]);
  });

  it('has none of the sentences that were replaced', () => {
    expect(hitsOf(texts, OLD)).toEqual([]);
  });

  it(`has no sentence, and no part of one up to a semicolon, of more than ${MAX_WORDS} words`, () => {
    const long = [...texts].flatMap(([where, text]) =>
      text
        .split(/\n|(?<=[.!?;]) /)
        .filter((sentence) => (sentence.match(/[a-z][a-z'’-]+/gi) ?? []).length > MAX_WORDS)
        .map((sentence) => `${where}: ${sentence.trim()}`),
    );
    expect(long).toEqual([]);
  });
});

describe('the pages', () => {
  const docs = new Map(pages.map((page) => [page, readFileSync(page, 'utf8').replaceAll(/```[\s\S]*?```/g, '')]));

  it.each(pages)('%s has no word of a private dialect and no replaced sentence', (page) => {
    const own = new Map([[page, docs.get(page) ?? '']]);
    expect(hitsOf(own, [...BANNED, ...OLD])).toEqual([]);
  });
});
