import type { ErrorFigure, RetriedFigure } from '../result/call-figures.js';
import { answersText } from '../result/failure-words.js';
import type { MeasuredResult } from '../result/result.js';
import { ABSENT, countText, latencyText, numberText } from '../text/figure-text.js';
import { oneLine } from '../text/one-line.js';

/** A class of failures in words: what was answered, after how long, and what was said. */
type Failures = ErrorFigure | RetriedFigure;

/** How long these attempts lasted: `700 ms`, or `12 ms to 3.1 s`. */
export function tookText({ tookUs }: Failures): string {
  const { min, p50, max } = tookUs ?? {};
  if (min === undefined || p50 == null || max == null) return ABSENT;
  const from = latencyText(min);
  const to = latencyText(max);
  return from === to ? from : `${from} to ${to} (p50 ${latencyText(p50)})`;
}

/** Median of how long these attempts lasted: `after 700 ms`; empty where nothing was timed. */
export function afterText({ tookUs }: Failures): string {
  return tookUs?.p50 == null ? '' : `after ${latencyText(tookUs.p50)}`;
}

export const answeredText = (failures: Failures): string => answersText(failures) || ABSENT;

/** `server-error, 12 calls, HTTP 503, after 700 ms: upstream is gone` */
export function failureLine(failures: Failures, noun: string, limit = 300): string {
  const parts = [failures.class, countText(failures.count, noun), answersText(failures), afterText(failures)];
  const said = failures.sample === undefined || failures.sample === answersText(failures) ? '' : `: ${failures.sample}`;
  return oneLine(`${parts.filter((part) => part !== '').join(', ')}${said}`, limit);
}

const BEHIND_A_PROXY: ReadonlySet<number> = new Set([408, 499, 502, 503, 504, 524]);
const ON_THE_WAY: ReadonlySet<string> = new Set([
  'connect-failed',
  'connection-reset',
  'truncated',
  'stream-lost',
  'session-lost',
]);

/** Who can have a limit of time, by how it ends a call: what is on the way cuts or answers for the server; an answer in MCP is the server's own. */
function whoseLimit({ class: name, answers = [] }: Failures): string {
  if (name === 'crash') return 'whatever ends the server has that limit';
  if (ON_THE_WAY.has(name)) return 'something on the way (a proxy, a load balancer, a firewall) or the server has that limit';
  const status = answers[0]?.status;
  if (status !== undefined && BEHIND_A_PROXY.has(status)) return 'something on the way (a proxy, a gateway) has that limit';
  return 'the server, or what it calls, has that limit';
}

function oneDurationLine(failures: Failures, noun: string, tool?: string): string | undefined {
  const { class: name, oneDuration, tookUs, count } = failures;
  if (oneDuration === undefined) return undefined;
  const of = tookUs?.count ?? count;
  const where = tool === undefined ? '' : ` of ${tool}`;
  return `${numberText(oneDuration.calls)} of ${countText(of, noun)}${where} that failed as ${name} ended after ${latencyText(oneDuration.us)}: ${whoseLimit(failures)}`;
}

/** Failures that all ended at one duration, in sentences: over all calls, or of single tools where others hide it. */
export function oneDurationLines({
  errors,
  retried = [],
  tools,
}: Pick<MeasuredResult, 'errors' | 'retried' | 'tools'>): readonly string[] {
  const lines: string[] = [];
  const add = (
    list: readonly Failures[],
    noun: string,
    ofTool: (name: string) => readonly (readonly [string, Failures])[],
  ): void => {
    for (const failures of list) {
      const line = oneDurationLine(failures, noun);
      if (line !== undefined) lines.push(line);
      else
        for (const [tool, own] of ofTool(failures.class)) {
          const single = oneDurationLine(own, noun, tool);
          if (single !== undefined) lines.push(single);
        }
    }
  };
  const inTools =
    (pick: (figures: MeasuredResult['tools'][number]) => readonly Failures[]) =>
    (name: string): readonly (readonly [string, Failures])[] =>
      tools.flatMap((figures) =>
        pick(figures)
          .filter((failures) => failures.class === name)
          .map((failures) => [figures.tool, failures] as const),
      );
  add(
    errors,
    'call',
    inTools((figures) => figures.errors),
  );
  add(
    retried,
    'attempt',
    inTools((figures) => figures.retried ?? []),
  );
  return lines;
}

/** Calls were tried again somewhere, so that a success rate does not say what first attempts came to. */
export const hasRetries = ({ totals, phases }: Pick<MeasuredResult, 'totals' | 'phases'>): boolean =>
  totals.retries > 0 || phases.some(({ counts }) => counts.retries > 0);
