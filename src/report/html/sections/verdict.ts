import type { MeasuredResult } from '../../../result/result.js';
import type { Verdict } from '../../../result/verdict.js';
import { spanText } from '../../../text/figure-text.js';
import { verdictMeaning } from '../../exit-meaning.js';
import { machineWords } from '../../machine-words.js';
import type { ReportView } from '../../report-view.js';
import { type Html, html, NOTHING } from '../html.js';
import { outcomeBadge, outcomeMark, outcomeWord } from '../outcome-badge.js';

/** Most reasons that stand at the top; all of them are in the table of checks. */
const MAX_REASONS = 5;

/** Head of the page: which run, its verdict, and why. */
export function verdictHead({ result, verdict, attempts }: ReportView): Html {
  const { run } = result;
  const reasons = verdict.checks.filter(({ outcome }) => outcome === verdict.outcome && outcome !== 'pass');
  const more = reasons.length - MAX_REASONS;
  const started = run.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
  return html`<header class="head"><p class="brand">plimsoll · load test report</p><h1>${run.scenario}</h1>
${run.description === undefined ? NOTHING : html`<p class="lead">${run.description}</p>`}
<p class="meta"><span>run <code>${run.id}</code></span> <span><time datetime="${run.startedAt}">${started}</time></span> <span>${spanText(run.durationS)} long</span> <span>${endWords(run.end)}</span></p></header>
<section id="verdict" class="verdict is-${verdict.outcome}" aria-labelledby="verdict-title">
<div class="verdict-mark">${outcomeMark(verdict.outcome, 44)}</div>
<div><h2 id="verdict-title"><span class="visually-hidden">Verdict: </span>${capital(outcomeWord(verdict.outcome))}</h2>
<p class="why">${capital(verdict.summary)}${/[.!?]$/.test(verdict.summary) ? '' : '.'}</p>
<p class="exit">Exit code <strong>${verdict.exitCode}</strong>: ${verdictMeaning(verdict)}.</p>
${result.capacity === undefined ? machinePill(result, verdict) : NOTHING}
${attempts === undefined ? NOTHING : attemptList(attempts)}
${reasons.length === 0 ? NOTHING : html`<ul class="reasons">${reasons.slice(0, MAX_REASONS).map((check) => html`<li>${outcomeBadge(check.outcome)} <span><strong>${check.name}</strong>: ${check.evidence}</span></li>`)}${more > 0 ? html`<li><a href="#checks">and ${more} more</a></li>` : NOTHING}</ul>`}
</div></section>`;
}

const TONES = { quiet: 'pass', noisy: 'inconclusive', unknown: 'not-applicable' } as const;

/** Whether the machine was quiet, at a glance. */
function machinePill(result: MeasuredResult, verdict: Verdict): Html {
  const { state, text } = machineWords(result, verdict);
  return html`<p class="pills"><a class="pill is-${TONES[state]}" href="#validity">machine: ${text}</a></p>`;
}

/** Of a run that was repeated: what each attempt came to by itself. */
const attemptList = (attempts: NonNullable<ReportView['attempts']>): Html =>
  html`<ol class="attempts">${attempts.map(
    ({ outcome, summary, folder }, index) =>
      html`<li><span>Attempt ${index + 1}</span> ${outcomeBadge(outcome)} <span>${summary}${folder === '.' ? NOTHING : html` (<a href="${folder}/report.html">its report</a>)`}</span></li>`,
  )}</ol>`;

/** A sentence begins with a capital, but p95 stays p95. */
const capital = (text: string): string => (/^p\d/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));

const ENDINGS: Readonly<Record<string, string>> = {
  completed: 'ran to its end',
  interrupted: 'stopped with Ctrl-C',
  terminated: 'stopped by SIGTERM',
  aborted: 'stopped by its abort rule',
  'server-exited': 'ended when the server under test exited',
  'build-lost': 'ended when a build could not be loaded any more',
  'disk-full': 'stopped: disk full',
  failed: 'stopped by an error',
  'cut-short': 'cut short: reported up to the last second that was written',
};

const endWords = (end: string): string => ENDINGS[end] ?? end;
