import { create } from 'xmlbuilder2';
import type { Check } from '../result/verdict.js';
import { plainLine } from '../text/one-line.js';
import { checkLimitText, checkValueText, metricText } from './check-text.js';
import { failureLine, oneDurationLines } from './error-words.js';
import { verdictMeaning } from './exit-meaning.js';
import type { ReportInput } from './report-input.js';

/** What XML 1.0 has no way to write, not even as a reference (https://www.w3.org/TR/xml/#charsets), beside what `plainLine` takes out. */
const INVALID_XML = /[\ufffe\uffff]/g;

/** One line: a viewer of test results shows what stands in an attribute, and no text of a server may reorder it. */
const xmlText = (text: string): string => plainLine(text).replace(INVALID_XML, '');
const xmlLines = (lines: readonly string[]): string => lines.map(xmlText).join('\n');

/**
 * `junit.xml`: a case for each check, under a name of its own, and one for each earlier attempt of a run that was repeated. A missed limit is a
 * failure; a check with too few calls, or none, is an error, so that no CI shows it green; one that is in doubt, or does not apply, is skipped with its
 * reason. The readiness card is in the properties: it decides nothing.
 */
export function renderJunit({ analysis, verdict, readiness, attempts = [] }: ReportInput): string {
  const { run } = analysis.result;
  const checks = withVerdict(verdict);
  const earlier = attempts.slice(0, -1);
  const isFailure = ({ outcome }: Check): boolean => outcome === 'fail';
  const isError = ({ outcome }: Check): boolean => outcome === 'inconclusive';
  const isSkipped = ({ outcome }: Pick<Check, 'outcome'>): boolean => outcome === 'not-applicable' || outcome === 'invalid';
  const counts = {
    tests: checks.length + earlier.length,
    failures: checks.filter(isFailure).length,
    errors: checks.filter(isError).length,
    skipped: [...checks, ...earlier].filter(isSkipped).length,
    time: run.durationS.toFixed(3),
  };
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', { name: 'plimsoll', ...counts });
  const suite = root.ele('testsuite', {
    name: xmlText(run.scenario),
    ...counts,
    timestamp: run.startedAt.replace(/\.\d+Z$/, ''),
  });
  const properties = suite.ele('properties');
  for (const [name, value] of [
    ['run', run.id],
    ['verdict', verdict.outcome],
    ['exitCode', `${verdict.exitCode} (${verdictMeaning(verdict)})`],
    ['summary', verdict.summary],
    ...Object.entries(sessionProperties(analysis.result.sessions)),
    ...readiness.map(({ item, state, evidence }) => [`readiness.${item}`, `${state}: ${evidence}`] as const),
    ...Object.entries(run.labels).map(([key, label]) => [`label.${key}`, label] as const),
  ] as const) {
    properties.ele('property', { name: xmlText(name), value: xmlText(value) });
  }
  for (const [index, { outcome, summary, folder }] of earlier.entries()) {
    const name = `attempt ${index + 1} of ${attempts.length}`;
    const testcase = suite.ele('testcase', { name, classname: 'plimsoll.attempt', time: '0' });
    if (isSkipped({ outcome })) testcase.ele('skipped', { message: xmlText(inDoubt(summary)) });
    testcase.ele('system-out').txt(xmlLines([summary, `run folder: ${folder}`]));
  }
  const names = uniqueNames(checks);
  for (const check of checks) {
    const testcase = suite.ele('testcase', { name: xmlText(names(check)), classname: `plimsoll.${check.source}`, time: '0' });
    if (isFailure(check)) {
      testcase
        .ele('failure', { type: check.metric, message: xmlText(check.evidence) })
        .txt(xmlLines(detail(check, analysis.timeoutMs)));
    } else if (isError(check)) {
      testcase
        .ele('error', { type: check.outcome, message: xmlText(check.evidence) })
        .txt(xmlLines(detail(check, analysis.timeoutMs)));
    } else {
      const doubt = check.outcome === 'invalid';
      if (isSkipped(check)) testcase.ele('skipped', { message: xmlText(doubt ? inDoubt(check.evidence) : check.evidence) });
      testcase.ele('system-out').txt(doubt ? xmlLines(detail(check, analysis.timeoutMs)) : xmlText(check.evidence));
    }
  }
  const lines = failureLines(analysis.result);
  if (lines.length > 0) suite.ele('system-out').txt(xmlLines(lines));
  return `${root.end({ prettyPrint: true })}\n`;
}

/** Says that it is in doubt, once. */
const inDoubt = (why: string): string => (why.includes('in doubt') ? why : `in doubt: ${why}`);

/** Viewers of test results keep one case of each name: checks that share theirs are told by what they cover, or else by a number. */
function uniqueNames(checks: readonly Check[]): (check: Check) => string {
  const full = (check: Check): string =>
    checks.filter(({ name, source }) => name === check.name && source === check.source).length < 2
      ? check.name
      : `${check.name}: ${check.scope}`;
  const given = new Map<string, number>();
  const names = new Map<Check, string>();
  for (const check of checks) {
    const name = full(check);
    const key = `${check.source} ${name}`;
    const times = (given.get(key) ?? 0) + 1;
    given.set(key, times);
    names.set(check, times === 1 ? name : `${name} (${times})`);
  }
  return (check) => names.get(check) ?? check.name;
}

/** What failed and what was tried again, one line a class: a CI shows this text and seldom anything else of a run. */
const failureLines = (result: ReportInput['analysis']['result']): readonly string[] => [
  ...result.errors.map((error) => failureLine(error, 'call')),
  ...(result.retried ?? []).map((retried) => `tried again: ${failureLine(retried, 'attempt')}`),
  ...oneDurationLines(result),
];

/** Counts alone: what a CI system draws over time. */
function sessionProperties(sessions: ReportInput['analysis']['result']['sessions']): Readonly<Record<string, string>> {
  if (sessions === undefined) return {};
  const { opened, lost, replaced, ended } = sessions;
  return {
    'sessions.opened': String(opened),
    'sessions.lost': String(lost),
    'sessions.replaced': String(replaced),
    ...(ended === undefined ? {} : { 'sessions.ended': String(ended) }),
  };
}

/** A run that did not pass is never green, even where no single check says why. */
const withVerdict = ({ outcome, summary, checks }: ReportInput['verdict']): readonly Check[] =>
  outcome === 'pass' || checks.some((check) => check.outcome !== 'pass' && check.outcome !== 'not-applicable')
    ? checks
    : [
        ...checks,
        {
          name: 'verdict',
          source: 'run',
          scope: 'run',
          metric: 'verdict',
          outcome,
          certain: outcome === 'fail',
          evidence: summary,
        },
      ];

const detail = (check: Check, timeoutMs: number): readonly string[] => [
  `covers: ${check.scope}`,
  `metric: ${metricText(check.metric)}`,
  ...(check.limit === undefined ? [] : [`limit: ${checkLimitText(check)}`]),
  ...(check.actual === undefined ? [] : [`measured: ${checkValueText(check.actual, check.unit, timeoutMs)}`]),
  check.evidence,
];
